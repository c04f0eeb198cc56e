"""What is typed, asked and sent by tests.access.fuzz: some of it right, most of it wrong in one way."""

from __future__ import annotations

from collections.abc import Callable

from tests.sheets.books import given

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")
WEIGHTS = (45, 3, 46, 1, 1, 2, 1, 1)

TYPED = (
    *("", " ", "\0", "a\0b", "x", "-1", "0", "1", "2", "²", "٣", "1e3", "NaN", "inf", "1,5", "90 min", "24:61", "0x10"),
    *("9" * 18, "9" * 19, "9" * 25, "-" + "9" * 18, "2147483647", "2147483648", "4294967296", "1.0", "1_000", " 7 "),
    *("0026-02-11", "1026-01-01", "0001-01-01", "1989-12-31", "9999-12-30", "9999-12-31", "10000-01-01", "2026-02-30"),
    *("2026-13-01", "0000-00-00", "1.1.26", "30.2.2026", "31.12.9999", "2026-07-01", "2026-07-01T10:00", "20260701"),
    *("'", '"', '"><b>', "%", "%s", "_", "\\", "{{ 7 }}", "<![CDATA[", "../../etc/passwd", "a/b", " / ", "A;B", "=1+1"),
    *("\u202e", "\u200b", "😀", "İ", "ß", "e\u0301", "\u2028", "\r\nX: y", "\t", "\x7f", "\ufeff", "\u0085", "Ǆ"),
    *("None", "null", "true", "on", "[]", "{}", "any", "none", "all", "-", "--", ",", "1,2", "1-2-x", ".", "..", "1.2"),
    *("http://[", "//muualla.example", "/\\x", "javascript:x", "/customers/?q=a", "a@b", "ä" * 99),
)
LONG = ("9" * 5_000, "ä" * 300, "x" * 40_000, "1-" * 3_000, "a " * 700, "😀" * 300, ";" * 900)
NAMES = (  # of what addresses may say, beside the fields of the pages' own forms
    *("q", "page", "o", "order", "from", "to", "days", "open", "shut", "orders", "format", "table", "compare", "again"),
    *("customer", "folder", "spot", "contact", "work_order", "into", "attachment", "kind", "role", "state", "work"),
    *("measure", "whose", "path", "here", "way", "name", "name_q", "folder_q", "row", "mend", "show", "outcome"),
    *("p", "e", "all", "_changelist_filters", "_popup", "_to_field", "app_label", "model_name", "field_name", "term"),
    *("id__in", "is_active__exact", "groups__id__exact", "state__exact", "how__exact", "kind__exact", "done__exact"),
    *(
        "name__startswith",
        "language",
        "next",
        "when",
        "begins",
        "confirmed",
        "version",
        "seen",
        "missing",
        "same",
        "ask",
    ),
)
VALUES = {  # of some of these, what is right
    "format": ("xlsx", "csv"),
    "table": ("measures", "months", "folders", "orders", "kinds"),
    "measure": ("done", "hours", "unfinished", "overdue", "received", "requests_done", "forwarded"),
    "whose": ("collected", "owned", "others", "unowned", "shared", "all"),
    "way": ("folders", "orders", "both", "orders_alone"),
    "compare": ("before", "year"),
    "field_name": ("user", "folder", "customer", "contact", "groups"),
    "_changelist_filters": ("q=%00", "o=%FF", "=", "&&"),
    "page": ("1", "2", "-1"),
}
HEADERS: dict[str, tuple[str, ...]] = {
    "HX-Request": ("true", "true", "false", ""),
    "HX-Request-Type": ("full", "partial", "x"),
    "HX-Boosted": ("true",),
    "HX-History-Restore-Request": ("true",),
    "HX-Current-URL": ("http://[", "http://testserver//muualla.example/", "http://testserver/folders/?q=ä", "x" * 3000),
    "HX-Trigger": ("\\", "rows"),
    "Accept-Language": ("sv", "fi;q=x", "*", "a" * 2_000, ",,,;q=", "en-" * 200, "zh-\xff"),
    "Accept": ("*/*", ";", "a/b;q=", "text/html;" * 200),
    "Referer": ("http://[", "http://testserver/", "x" * 3_000, "//muualla.example"),
    "Origin": ("null", "http://[", "http://muualla.example"),
    "Cookie": (
        *('sessionid="\\000aaaaaaaaaa"', "sessionid=" + "x" * 3_000, "django_language=xx", "django_language=\xff"),
        *("messages=x:y:z", 'messages="\\000"', "csrftoken=1", "=;=;", "a" * 4_000, "django_language=sv; sessionid=1"),
    ),
    "Host": ("muualla.example", "[", "testserver:99999", "testserver:x"),
    "X-Forwarded-For": ("x", "1.2.3.4, 5", "'"),
    "X-Forwarded-Proto": ("https", "x"),
    "X-HTTP-Method-Override": ("DELETE",),
    "If-Modified-Since": ("x", "Thu, 01 Jan 0000 00:00:00 GMT"),
    "If-None-Match": ("*", "x"),
    "Range": ("bytes=0-1", "x"),
    "Content-Length": ("0", "x", "-5", "3"),
}
CONTENT_TYPES = (
    *("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=iso-8859-1", "", "x"),
    *("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x; charset=utf-16"),
    *("multipart/form-data; boundary=" + "x" * 300, "multipart/form-data; boundary=\xff", "text/plain", "a/b;;=;"),
    *("multipart/form-data; boundary=x", "application/x-www-form-urlencoded; charset=ei-ole", "application/json"),
)
BODIES = (
    *(b"", b"&&&=", b"a=%ED%A0%80&name=%FF%FE", b"{}", b"[1", b"name=\xff\xfe", b"%", b"a=1&" * 1_200),
    *(b"--x\r\n", b"--x--", b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nA\r\n--x--\r\n'),
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\0.xlsx"\r\n\r\nA\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name=""\r\nContent-Transfer-Encoding: base64\r\n\r\n*\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: form-data; name*=utf-16''%ff; filename*=x\r\n\r\nA\r\n--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\xff\r\n--x--\r\n',
)
ENDS = ("&%FF=%FE", "&&=&", "&page", "%", "&a=1" * 1_100)  # of a query
FILES: tuple[tuple[str, Callable[[], bytes]], ...] = (
    ("asiakkaat.xlsx", lambda: given("own/vain_nimi.xlsx")),
    ("virheet.xlsm", lambda: given("own/virheet.xlsx")),
    ("katkaistu.xlsx", lambda: given("own/vain_nimi.xlsx")[:2_000]),
    ("a\0b.xlsx", lambda: given("own/vain_nimi.xlsx")),
    ("../../" + "å" * 300 + ".xlsx", lambda: given("own/tuplaotsikko.xlsx")),
    ("tyhjä.xlsx", lambda: b""),
    ("teksti.csv", lambda: b"Nimi;Kansiot\nA;B\n"),
    ("roska", lambda: b"PK\x03\x04" + bytes(range(256))),
    ('a"\r\nX: y.xlsx', lambda: given("own/kaavat.xlsx")),
)
