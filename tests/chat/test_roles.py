"""Granting and withdrawing roles in chat, and reading the record."""

from tests.chat.conftest import Person, Talk


async def test_a_role_is_granted_step_by_step_in_one_message(
    administrator: Person, nurse: Person, talk: Talk
) -> None:
    [page] = await administrator.says("/roles")
    assert "书记 · 方致远 · 内科第一党支部" in page.buttons
    await administrator.presses("授予角色")
    [hint] = await administrator.sends_file("x.png", b"x")
    assert "请回复姓名" in hint.text
    [found] = await administrator.says("lxm")
    assert found.buttons[0] == "林小满 · 内科第一党支部"
    await administrator.presses("林小满")
    assert "什么角色" in (await administrator.again(found)).text
    await administrator.presses("书记")
    assert (await administrator.again(found)).buttons[:2] == ["内科第一党支部", "内科党总支"]
    data = (await administrator.again(found)).data("内科党总支")
    await administrator.sends_data(found, data)
    assert "已授予 林小满 内科党总支 的书记" in (await administrator.again(found)).text
    toast = await administrator.sends_data(found, data)  # a double tap
    assert "林小满已经担任这个角色了" in toast.text
    await talk.post()
    assert "您已被授予 内科党总支 书记的权限" in (await nurse.sees()).text
    [menu] = await nurse.says("/menu")
    assert "✉️ 邀请加入" in menu.buttons


async def test_a_role_is_withdrawn_after_a_second_word(
    administrator: Person, secretary: Person, talk: Talk
) -> None:
    [page] = await administrator.says("/roles")
    await administrator.presses("书记 · 方致远")
    assert "撤销 方致远（内科第一党支部）在 内科第一党支部 的书记？" in (await administrator.again(page)).text
    data = (await administrator.again(page)).data("撤销")
    await administrator.sends_data(page, data)
    assert "已撤销 方致远" in (await administrator.again(page)).text
    assert "已经撤销过了" in (await administrator.sends_data(page, data)).text
    await talk.post()
    assert "书记权限已经撤销" in (await secretary.sees()).text
    [answer] = await secretary.says("/invite")
    assert "需要相应的权限" in answer.text


async def test_the_last_administrator_stays(administrator: Person) -> None:
    await administrator.says("/roles")
    await administrator.presses("管理员 · 程守静")
    toast = await administrator.presses("撤销")
    assert "最后一位管理员" in toast.text


async def test_the_record_reads_as_sentences(administrator: Person, secretary: Person) -> None:
    await secretary.says("/invite 安可期")
    await secretary.presses("安可期")
    await administrator.says("/roles 林小满")
    for label in ("林小满", "管理员", "内科第一党支部"):
        await administrator.presses(label)
    [record] = await administrator.says("/audit")
    lines = record.text.splitlines()
    assert lines[2] == "03-02 08:00 程守静授予林小满 内科第一党支部管理员"
    assert lines[3] == "03-02 08:00 方致远为安可期（内科第一党支部）生成了加入链接"


async def test_the_record_is_turned_page_by_page(administrator: Person) -> None:
    [found] = await administrator.says("/roles 林小满")
    for unit in range(1, 7):
        for role in "sa":
            await administrator.sends_data(found, f"ry:1:{role}:{unit}")
    [record] = await administrator.says("/audit")
    newest = record.text
    await administrator.presses("更早", on=record)
    older = await administrator.again(record)
    assert older.text != newest
    assert older.buttons == ["◂ 最新"]
    await administrator.presses("最新")
    assert (await administrator.again(record)).text == newest


async def test_roles_and_record_are_for_administrators(secretary: Person) -> None:
    for command in ("/roles", "/audit", "/roles 林小满"):
        [answer] = await secretary.says(command)
        assert "需要相应的权限" in answer.text
    for data in (
        "ry:3:a:1",
        "rw:1",
        "rx:1",
        "rm:1",
        "ru:1:a:0",
        "rh:0",
        "rf",
        "au:0",
        "go:roles",
        "go:audit",
    ):
        assert (await secretary.sends_data(answer, data)).alert, data


async def test_a_dialogue_that_needed_a_withdrawn_role_lets_go(
    secretary: Person, administrator: Person
) -> None:
    await secretary.says("/points 小满")
    await secretary.presses("林小满")
    await secretary.presses("加分")
    await secretary.presses("+2")
    await administrator.says("/roles")
    await administrator.presses("方致远")
    await administrator.presses("撤销")
    [refused] = await secretary.says("义诊")
    assert "需要相应的权限" in refused.text
    [hint] = await secretary.says("义诊")
    assert "没有在等您回答的题" in hint.text
