"""A quick start builds no Pydantic model before it is used, and each works when it is."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import gc, json, sys
from pydantic import BaseModel
from bot import quickstart

before = BaseModel.model_config, BaseModel.__dict__["model_rebuild"]
with quickstart.importing():
    import bot.dispatcher
assert (BaseModel.model_config, BaseModel.__dict__["model_rebuild"]) == before
assert gc.isenabled() and gc.get_freeze_count()

from aiogram import methods, types

models = [getattr(place, name) for place in (types, methods) for name in place.__all__]
models = [model for model in models if isinstance(model, type) and issubclass(model, BaseModel)]
built = [model.__name__ for model in models if model.__pydantic_complete__]
unknown = []
for model in models:
    for base in model.__mro__:
        for name, annotation in vars(base).get("__annotations__", {}).items():
            if name in model.model_fields and isinstance(annotation, str):
                try:
                    eval(annotation, vars(sys.modules[model.__module__]))
                except NameError as error:
                    unknown.append(f"{model.__name__}.{name}: {error}")
user = {"id": 7, "is_bot": False, "first_name": "甲"}
chat = {"id": 7, "type": "private"}
message = {"message_id": 1, "date": 1_767_225_600, "chat": chat, "text": "?"}
query = {"id": "1", "from": user, "message": message, "chat_instance": "1", "data": "x"}
update = types.Update.model_validate({"update_id": 1, "callback_query": query})
said = methods.SendMessage(chat_id=7, text="好", reply_markup={"inline_keyboard": []})
print(json.dumps({
    "models": len(models),
    "built": built,
    "unknown": unknown,
    "message": type(update.callback_query.message).__name__,
    "said": type(said.reply_markup).__name__,
}))
"""


def test_no_model_is_built_before_its_use_and_each_knows_its_fields() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["models"] > 400
    assert found["built"] == []
    assert found["unknown"] == []
    assert (found["message"], found["said"]) == ("Message", "InlineKeyboardMarkup")
