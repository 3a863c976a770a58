"""Names as they were given in the years in which learners, staff and children were born."""

from random import Random

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
"""The most common first; the choice below prefers the front."""

WOMEN = ["秀英", "桂英", "秀兰", "玉兰", "桂兰", "秀珍", "凤英", "玉珍", "淑珍", "桂芝", "兰英", "玉梅", "素英", "凤兰", "淑英", "翠英", "春兰", "秀荣", "桂荣", "金凤", "爱华", "桂珍", "淑芬", "淑兰", "玉英", "秀芬", "秀芝", "凤琴", "月英", "银花", "桃花", "素珍", "瑞英", "改荣", "巧云", "雪梅", "惠兰", "彩霞", "俊英", "书琴", "云霞", "爱珍", "荣花", "志兰", "贵芹", "玉芹", "小娥", "玉娥", "春花", "海棠"]
MEN = ["建国", "国强", "志强", "建华", "振华", "玉山", "玉林", "福生", "长海", "德福", "金山", "保国", "永福", "树林", "文斌", "立新", "春生", "新民", "书林", "国栋", "庆林", "双喜", "喜林", "来顺", "满仓", "万福", "贵生", "宝山", "根生", "连生", "玉柱", "振山", "德胜", "银山", "金柱", "俊山", "文学", "怀玉", "景明", "清河", "志远", "学文", "庆丰", "凤山", "成林", "广福", "增福", "进才", "德明", "长庚"]
YOUNGER = ["丽", "敏", "静", "伟", "强", "磊", "军", "洋", "艳", "勇", "杰", "娟", "涛", "明", "超", "秀芳", "霞", "平", "刚", "桂香", "建军", "晓红", "海燕", "志勇", "丽华", "婷", "鹏", "雪", "梅", "俊", "文静", "晓东", "永强", "立军", "红梅"]

WHO_IS_OLD_IS_BORN_BEFORE = 1967


def surname(rng: Random) -> str:
    """A surname, the common ones often."""
    return SURNAMES[min(int(rng.expovariate(1 / 14)), len(SURNAMES) - 1)]


def full_name(rng: Random, birth_year: int, woman: bool | None = None) -> str:
    """A name that somebody of that year might have."""
    if birth_year >= WHO_IS_OLD_IS_BORN_BEFORE:
        return surname(rng) + rng.choice(YOUNGER)
    is_woman = rng.random() < 0.68 if woman is None else woman  # as senior classes are
    return surname(rng) + rng.choice(WOMEN if is_woman else MEN)
