"""Names for synthetic people: common ones, rare characters, other peoples' ways, long transliterations."""

from __future__ import annotations

from random import Random

NAME_BYTES = 50
"""Room for a name on the card, GB 18030: 30 bytes in item 09 and 20 in item 4E."""

_SURNAMES = tuple(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅"
    "沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
)
_DOUBLE_SURNAMES = ("欧阳", "上官", "司徒", "诸葛", "令狐", "皇甫", "尉迟", "长孙")
_MALE = "伟强磊洋勇军杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆雷旭宁龙林建国志毅峰晨阳睿哲铭轩博文昊天"
_FEMALE = "芳娜敏静丽艳娟霞秀玲桂英梅红燕萍玉兰洁丹倩颖雪莉婷慧莹琳晶佳怡欣悦雯琪瑶涵诗梦萱紫彤馨嘉"

RARE = "㛃䶮㬎𠅤𠮷𤧛𪚥𫖯𫍯𫠊𫵷𬍛𬀩𬭊𬸚𮧵𰻞𰻝"
"""Characters of CJK extensions A, B, C, D, E, F and G as they occur, or could occur, in names."""

_LONG = {
    "05": (
        ("艾合买提", "买买提依明", "阿卜杜热西提", "吐尔逊江", "努尔麦麦提"),
        ("阿布都克里木", "穆罕默德", "艾尼瓦尔", "肉孜", "库尔班"),
    ),
    "02": (("巴特尔", "苏和", "乌云", "萨仁", "孟和"), ("额尔德尼", "宝音", "其木格", "毕力格")),
    "04": (("扎西", "次仁", "洛桑", "央金", "索朗"), ("多吉", "卓玛", "平措", "拉姆")),
}
"""Given and second names by ethnicity (GB 3304: 02 Mongol, 04 Tibetan, 05 Uygur)."""

ETHNICITIES = ("01",) * 44 + (
    "03",
    "11",
    "08",
    "06",
    "07",
    "10",
    "15",
    "02",
    "04",
    "05",
    "05",
    "97",
)
"""GB 3304 codes, weighted: most people of the demo city are Han (01)."""


def any_name(rng: Random, sex: str, ethnicity: str) -> str:
    """A name that fits sex (1 male, 2 female) and ethnicity, one in forty with a rare character."""
    if ethnicity in _LONG:
        first, second = _LONG[ethnicity]
        separator = "·" if ethnicity == "05" else ""
        return f"{rng.choice(first)}{separator}{rng.choice(second)}"
    surname = rng.choice(_DOUBLE_SURNAMES) if rng.random() < 0.03 else rng.choice(_SURNAMES)
    characters = _MALE if sex == "1" else _FEMALE
    given = "".join(rng.choices(characters, k=1 if rng.random() < 0.2 else 2))
    if rng.random() < 0.025:
        given = given[:-1] + rng.choice(RARE)
    return surname + given
