"""Which room a device's free-text area, description or name speaks of, in Korean, Japanese or English."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gateway.clova.locations import NATIVE, locations_of
from gateway.home.lexicon import key_of, search_for


class Room(NamedTuple):
    """CLOVA's code, empty where the region has none for it, and the word that people say for it."""

    code: str
    tag: str


def _split(words: str) -> list[str]:
    return words.split(", ")


_ROWS: tuple[tuple[str, str], ...] = (
    ("LIVING_ROOM", "거실, 리빙룸, リビング, 居間, リビングルーム, リビングダイニング, 茶の間"),
    ("LIVING_ROOM", "living room, lounge, sitting room, front room, drawing room, parlour, parlor"),
    ("SMALL_LIVING_ROOM/LIVING_ROOM", "작은 거실, small living room"),
    ("FAMILY_ROOM", "가족룸, 가족실, 패밀리룸, family room"),
    ("KITCHEN", "주방, 부엌, 키친, キッチン, 台所, ダイニングキッチン, 厨房, kitchen, kitchenette"),
    ("SMALL_KITCHEN/KITCHEN", "작은 주방, 보조 주방, small kitchen"),
    ("DINING_ROOM", "식당, 다이닝룸, 다이닝, ダイニング, ダイニングルーム, 食堂, dining room, dining area, dining"),
    ("BED_ROOM", "침실, 베드룸, 寝室, ベッドルーム, bedroom, guest bedroom, spare bedroom"),
    ("MAIN_ROOM/BED_ROOM", "안방, 마스터룸, 안방 침실, 마스터 베드룸, 主寝室, マスターベッドルーム"),
    ("MAIN_ROOM/BED_ROOM", "master bedroom, main bedroom, primary bedroom"),
    ("PARENTS_ROOM", "부모님 방, 부모 방, 両親の部屋, parents room, parents bedroom"),
    ("FATHER_ROOM", "아버님 방, 아버지 방, 아빠 방, お父さんの部屋, fathers room, dads room"),
    ("MOTHER_ROOM", "어머님 방, 어머니 방, 엄마 방, お母さんの部屋, mothers room, moms room, mums room"),
    ("MY_ROOM", "^내 방$, 私の部屋, 自分の部屋, my room, my bedroom"),
    ("BIG_ROOM", "큰 방, 大きい部屋, big room, large room"),
    ("SMALL_ROOM", "작은 방, 小さい部屋, small room"),
    ("BIG_CHILD_ROOM/SMALL_CHILD_ROOM", "큰 아이 방, 큰 애 방"),
    ("SMALL_CHILD_ROOM", "작은 아이 방, 작은 애 방"),
    ("/SMALL_CHILD_ROOM", "아이 방, 아이들 방, 애들 방, 어린이 방, 아기 방, 키즈룸, 子供部屋, こども部屋, 子ども部屋"),
    ("/SMALL_CHILD_ROOM", "子供の部屋, 子どもの部屋, キッズルーム, kids room, kid room, kids bedroom, childrens room"),
    ("/SMALL_CHILD_ROOM", "childs room, child room, childrens bedroom, nursery, baby room, babys room"),
    ("PLAY_ROOM", "놀이 방, プレイルーム, play room"),
    ("FIRST_ROOM", "^방 1, 1번 방, 첫째 방, 첫 번째 방, 部屋1, room 1, first room"),
    ("SECOND_ROOM", "^방 2, 2번 방, 둘째 방, 두 번째 방, 部屋2, room 2, second room"),
    ("THIRD_ROOM", "^방 3, 3번 방, 셋째 방, 세 번째 방, 部屋3, room 3, third room"),
    ("FOURTH_ROOM", "^방 4, 4번 방, 넷째 방, 네 번째 방, 部屋4, room 4, fourth room"),
    ("FIFTH_ROOM", "^방 5, 5번 방, 다섯째 방, 다섯 번째 방, 部屋5, room 5, fifth room"),
    ("UPSTAIRS_ROOM", "윗층 방, 위층 방, upstairs room"),
    ("JAPANESE_STYLE_ROOM", "和室, 畳の部屋, 다다미 방, 다다미룸, tatami room, japanese room"),
    ("LIBRARY", "서재, 書斎, 書庫, 仕事部屋, study room, study, library, home office, office"),
    ("BATH_ROOM", "화장실, 욕실, 샤워실, お風呂, 浴室, お風呂場, 風呂場, 風呂, おふろ, バスルーム, シャワールーム"),
    ("BATH_ROOM", "bathroom, bath, shower room"),
    ("BATH_ROOM/SMALL_BATH_ROOM", "トイレ, お手洗い, 手洗い, toilet, wc, washroom, restroom, lavatory, loo"),
    ("SMALL_BATH_ROOM/BATH_ROOM", "작은 화장실, 작은 욕실, small bathroom"),
    ("BIG_BATH_ROOM/BATH_ROOM", "큰 화장실, 큰 욕실, big bathroom, large bathroom"),
    ("BATH_ROOM_IN_LIVING_ROOM/BATH_ROOM", "거실 화장실, 거실 욕실, living room bathroom"),
    ("BATH_ROOM_IN_MAIN_ROOM/BATH_ROOM", "안방 화장실, 안방 욕실, master bathroom, master bath, en suite"),
    ("BATH_ROOM_IN_MAIN_ROOM/BATH_ROOM", "master bedroom bathroom, main bedroom bathroom"),
    ("POWDER_ROOM", "파우더룸, 洗面所, 洗面室, 洗面台, powder room"),
    ("DRESS_ROOM", "드레스룸, 옷 방, 드레싱룸, ウォークインクローゼット, クローゼット, 衣装部屋"),
    ("DRESS_ROOM", "dressing room, dress room, walk in closet, closet"),
    ("ENTRANCE", "현관, 玄関, 玄関ホール, エントランス, entrance hall, entrance, entryway, entry, foyer, front door"),
    ("MAIN_GATE", "대문, 正門, main gate, front gate"),
    ("HALLWAY", "복도, 廊下, ホール, hallway, hall, corridor, passage"),
    ("STAIRS", "계단, 階段, stairs, staircase, stairway"),
    ("BALCONY", "베란다, 발코니, 테라스, ベランダ, バルコニー, テラス, balcony, veranda, terrace"),
    ("BALCONY_IN_LIVING_ROOM/BALCONY", "거실 베란다, 거실 발코니, living room balcony"),
    ("BALCONY_IN_MAIN_ROOM/BALCONY", "안방 베란다, 안방 발코니, master bedroom balcony"),
    ("BALCONY_KITCHEN/BALCONY", "주방 베란다, 주방 발코니, kitchen balcony"),
    ("YARD", "마당, 앞마당, 뒷마당, 정원, 庭, お庭, 中庭, 裏庭, ガーデン, garden, yard, backyard, front yard"),
    (
        "UTILITY_ROOM",
        "다용도실, 세탁실, 洗濯室, ランドリールーム, 家事室, utility room, utility, laundry room, laundry",
    ),
    ("BOILER_ROOM", "보일러실, ボイラー室, boiler room"),
    ("WAREHOUSE", "창고, 倉庫, 物置, 納戸, warehouse, storage room, store room, shed"),
    ("ATTIC", "다락방, 다락, 屋根裏部屋, 屋根裏, ロフト, attic, loft"),
    (
        "",
        "공부 방, 손님 방, 게스트룸, 게임 방, 게임룸, 작업실, 작업 방, 사무실, 회의실, 알파룸, 팬트리, 탈의실, 지하실",
    ),
    (
        "",
        "차고, 주차장, ガレージ, 車庫, 駐車場, 地下室, 客間, 客室, ゲストルーム, 応接間, 脱衣所, 事務所, 縁側, 勝手口",
    ),
    ("", "garage, carport, basement, cellar, pantry, guest room, spare room, den, porch, patio, conservatory"),
    ("", "music room, sun room, game room, games room, media room, tv room, hobby room, meeting room, server room"),
    ("", "greenhouse, gym, workshop, mud room"),
    ("ROOM", "^방$, 部屋, room"),
)
"""Codes and the words for them, of each language the plainest first.

Two codes (Korea's/Japan's) where the regions do not mean the same by one code.
A space may be left out. `^` begins a word, `$` ends one; all other Korean and Japanese words may touch others.
"""

_NO_ROOMS = (
    "hall sensor, hall effect, keyless entry, entry level, kitchen aid, wine cellar, utility meter, "
    "room temperature, room thermostat, room sensor, room climate, room controller, room control, room humidity, "
    "room heater, room heating, room air, room unit, room display, room presence, room panel, entry distance, "
    "entry sensitivity, entry filter, room name, load room, code library, 과거실, 제거실, 주방향, 주방면, 주방송, "
    "보안방범, 보안방화, 치안방범, 불안방지, 표현관, 구현관, 실현관, 행복도, 회복도, 반복도, 중복도, 극복도, 시계단, "
    "관계단, 창고정, 창고장, 가정원, 측정원, 설정원, 지정원, 조정원, 정원격, 정원초과, 차고장, 대문자, 家庭, 校庭, "
    "風呂敷, 住居間, ホールド, ホールセンサー, アルコホール"
)
"""What would look like a room and is none."""

_NO_NAMES = ("난방", "냉방", "개방", "소방", "예방", "가방", "전방", "후방", "쌍방", "처방", "모방", "추방", "해방")
"""What a word that ends so is about: never somebody's room."""
_NOBODYS = frozenset(
    _split("열방, 지방, 사방, 상방, 하방, 일방, 우방, 유방, 서방, 공방, 한방, 다방, 단방, 측방, 빨래방")
)
"""Such words that, as endings, could be a room after its owner's name."""

_LONGEST = 200
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_APOSTROPHE = re.compile(r"(?<=[a-zA-Z])['’](?=s(?![a-zA-Z]))|(?<=s)['’](?=[\s_])")
_APART = re.compile(r"[\W_]+")
_LINKS = frozenset({"", "の", "의", "s"})
"""Between the words of one place: of these the last says which room it is."""
_NAMED = re.compile(
    r"(?<![^\W_])(?:[A-Za-z]{2,12}'s [Rr]oom(?![^\W_])"
    r"|[0-9가-힣]{1,6}방(?![가-힣])"
    r"|[一-鿿々ァ-ヺーぁ-ねは-ん]{1,6}(?<!階)の部屋)"
)
_NAMELESS = "ROOM"


def _code(codes: str, region_code: str) -> str:
    """The one of this region, if it has it."""
    korean, _, japanese = codes.partition("/")
    code = korean if region_code == "kr" or "/" not in codes else japanese
    return code if code in locations_of(region_code) else ""


_CODES = {key_of(word): codes for codes, words in _ROWS for word in _split(words)}
_ROOMS = {
    region: {
        key_of(word): Room(_code(codes, region), word.strip("^$")) for codes, words in _ROWS for word in _split(words)
    }
    for region in NATIVE
}
_WORDS = search_for([*_split(_NO_ROOMS), *(word for _, words in _ROWS for word in _split(words))])


def words_for(code: str, region_code: str) -> tuple[str, ...]:
    """What people call a place of this region's CLOVA, in any language; none where there is no such place."""
    rows = (words for codes, words in _ROWS if region_code and code and _code(codes, region_code) == code)
    return tuple(word.strip("^$") for words in rows for word in _split(words))


def room_of(texts: Iterable[str], region_code: str) -> Room | None:
    """The room that the first of these texts with a word for one speaks of.

    Of several in one text the longest counts. Only the first 200 characters of a text are read.
    """
    rooms = _ROOMS[region_code]
    for text in texts:
        written = unicodedata.normalize("NFKC", text[:_LONGEST])[:_LONGEST]
        said = _said(written)
        key = key_of(said)
        owned = _owned(written) if not said or _CODES[key] == _NAMELESS else ""
        if owned:
            return Room("", owned)
        if said:
            return rooms[key] if said.isascii() else rooms[key]._replace(tag=said)
    return None


def _said(written: str) -> str:
    """The word for a room that counts; empty if there is none."""
    plain = _APART.sub(" ", _APOSTROPHE.sub("", _CAMEL.sub(" ", written))).lower()
    return max(_phrases(plain), key=lambda phrase: phrase[1])[0]


def _phrases(plain: str) -> Iterator[tuple[str, int]]:
    """Each run of words for rooms: its last word, and how long all are; a nameless room counts least."""
    head, length, end = "", 0, 0
    for found in _WORDS.finditer(plain):
        word = found[0]
        codes = _CODES.get(key_of(word))
        if codes is None:
            continue
        if plain[end : found.start()].strip() not in _LINKS:
            yield head, length
            head, length = "", 0
        if codes != _NAMELESS:
            head, length = word, length + 2 * len(word)
        elif not head:
            head, length = word, 1
        end = found.end()
    yield head, length


def _owned(written: str) -> str:
    """A room that is called by its owner or use, such as 민수방; empty if none is."""
    for found in _NAMED.finditer(written.replace("’", "'").replace("_", " ")):
        if not found[0].endswith(_NO_NAMES) and found[0] not in _NOBODYS:
            return found[0]
    return ""
