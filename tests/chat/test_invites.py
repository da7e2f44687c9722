"""A secretary brings people in."""

from tests.chat.conftest import Person
from tests.chat.test_mydata import fetched
from tests.conftest import Clock


async def test_one_tap_makes_a_link_with_a_picture_to_scan(secretary: Person) -> None:
    [units] = await secretary.says("/invite")
    assert "共 4 人，还有 1 人没有加入" in units.text
    await secretary.presses("内科第一党支部")
    people = await secretary.again(units)
    assert people.buttons == ["安可期", "🖨 打印纸条", "◂ 全部支部"]
    toast = await secretary.presses("安可期")
    assert "转发给本人" in toast.text
    sent = await secretary.sees()
    assert "安可期同志" in sent.text
    assert "https://t.me/" in sent.text
    assert "3月16日前有效" in sent.text
    assert sent.raw["photo"]


async def test_a_double_tap_makes_one_link(secretary: Person, clock: Clock) -> None:
    [found] = await secretary.says("/invite akq")
    data = found.data("安可期")
    await secretary.sends_data(found, data)
    toast = await secretary.sends_data(found, data)
    assert "刚刚已经生成" in toast.text
    assert sum(bool(one.raw["photo"]) for one in await secretary.messages()) == 1


async def test_a_link_can_be_revoked(secretary: Person, newcomer: Person) -> None:
    await secretary.says("/invite 安可期")
    await secretary.presses("安可期")
    text = (await secretary.sees()).text
    toast = await secretary.presses("撤销这个链接")
    assert toast.text == "已撤销，安可期 的链接不能再用"
    [answer] = await newcomer.opens(text.split("start=")[1].split()[0])
    assert "这个链接用不了" in answer.text


async def test_slips_for_a_branch_come_as_a_pdf(secretary: Person, newcomer: Person) -> None:
    [units] = await secretary.says("/invite")
    await secretary.presses("内科第一党支部")
    await secretary.presses("打印纸条")
    assert "未加入" not in (await secretary.again(units)).text
    data = (await secretary.again(units)).data("生成")
    await secretary.sends_data(units, data)
    said = await secretary.sees()
    assert said.raw["document"]["file_name"] == "内科第一党支部-加入纸条.pdf"
    assert "1 张纸条" in said.text
    assert (await fetched(secretary, said)).startswith(b"%PDF-")
    toast = await secretary.sends_data(units, data)  # a double tap voids nothing
    assert "刚刚已经生成" in toast.text


async def test_people_are_found_by_typing_a_name(secretary: Person) -> None:
    await secretary.says("/invite")
    await secretary.presses("按姓名找人")
    [nobody] = await secretary.says("王五")
    assert "没有找到人" in nobody.text
    [hint] = await secretary.sends_file("x.png", b"x")
    assert "请回复姓名" in hint.text
    [found] = await secretary.says("lin")
    assert found.buttons[0] == "📱 林小满（已加入，换手机用） · 内科第一党支部"


async def test_other_branches_are_out_of_reach(secretary: Person, nurse: Person) -> None:
    [found] = await secretary.says("/invite 陆青禾")
    assert "没有找到人" in found.text
    for data in ("im:5", "ip:6:1", "iu:6:0", "ix:5"):
        toast = await secretary.sends_data(found, data)
        assert "需要相应的权限" in toast.text
    toast = await secretary.sends_data(found, "im:777")
    assert "名册上找不到这个人" in toast.text
    [answer] = await nurse.says("/invite")
    assert "需要相应的权限" in answer.text
