"""No secret of a definition is printed; the rest of it is."""

import pytest

from chanfix.secrets import mask_options, mask_secrets

SECRET = "s3cret"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("<graphics type='vnc' passwd='s3cret' port='-1'/>", "<graphics type='vnc' passwd='***' port='-1'/>"),
        ('<graphics passwd="s3cret"/>', '<graphics passwd="***"/>'),
        ('<graphics passwd = "s3cret" port="1"/>', '<graphics passwd = "***" port="1"/>'),
        ("<graphics passwd='s3\"cret'/>", "<graphics passwd='***'/>"),
        ('<graphics passwd="s3\'cret"/>', '<graphics passwd="***"/>'),
        ("<graphics passwd='s3&apos;cret&#10;' port='1'/>", "<graphics passwd='***' port='1'/>"),
        ("<graphics passwd=s3cret port='1'/>", "<graphics passwd=*** port='1'/>"),
        ('<graphics passwd="s3<cret" port="1"/>', '<graphics passwd="***" port="1"/>'),
        ("<graphics passwd='s3<cret\n  port='1'/>", "<graphics passwd='***\n  port='1'/>"),
        ("<graphics\n  passwd =\n  's3cret'/>", "<graphics\n  passwd =\n  '***'/>"),
        ("<graphics passwd='s3\r\ncret'\r\n/>", "<graphics passwd='***\r\n***'\r\n/>"),
        ("<!-- <graphics passwd='s3cret'/> -->", "<!-- <graphics passwd='***'/> -->"),
        ("<cookie name='a'>s3cret</cookie><cookie name='b'/>", "<cookie name='a'>***</cookie><cookie name='b'/>"),
        ("<cookie passwd='>s3cret</cookie>'/>", "<cookie passwd='***</cookie>'/>"),
        ("<cookie name='a'>passwd='s3cret'</cookie>", "<cookie name='a'>***</cookie>"),
        ("<cookie name='a'>\n  <![CDATA[s3<cret]]>\n</cookie>", "<cookie name='a'>\n***\n</cookie>"),
        ("<qemu:arg value='port=1,password=s3cret,tls'/>", "<qemu:arg value='port=1,password=***,tls'/>"),
        ('<qemu:arg value="password=s3\'cret"/>', '<qemu:arg value="password=***"/>'),
        ("<qemu:arg value='secret,id=a,data=s3cret'/>", "<qemu:arg value='secret,id=a,data=***'/>"),
        ("<qemu:arg value='a&#44;password=s3cret'/>", "<qemu:arg value='***'/>"),
        # No word that tells of a secret stands in the text.
        ("<qemu:arg value='a,p&#97;ssword=x'/>", "<qemu:arg value='***'/>"),
        ("<qemu:arg value='s&#101;cret,id=a,data=x'/>", "<qemu:arg value='***'/>"),
    ],
)
def test_value_of_a_secret_is_masked_and_nothing_else_changes(text, masked):
    assert mask_secrets(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "<graphics type='vnc' passwdValidTo='2030-01-01T00:00:00'/>",
        "<graphics passwd=''/>",
        "<secret type='iscsi' usage='storage'/>",
        "<qemu:arg value='127.0.0.1:1,password=on'/>",
        "<qemu:arg value='password=off,to=3'/>",
        "<qemu:arg value='id=a,password-secret=sec0'/>",
        "<qemu:arg value='secret,id=a,file=/run/key'/>",
        "<qemu:arg value='secret,id=a,keyid=master,iv=aaaa,data=bbbb'/>",
        "<qemu:arg value='memory,data=1'/>",
    ],
)
def test_text_without_a_secret_stays(text):
    assert mask_secrets(text) == text


@pytest.mark.parametrize("line", ["  passwd='s3cret'", "passwd='s3cret", 'value="vnc,password=s3cret', "'>s3cret"])
def test_line_of_a_document_is_masked_by_what_it_shows(line):
    assert (SECRET in mask_secrets(line)) == line.startswith("'>")


def test_stray_quote_in_a_text_does_not_hide_a_secret_behind_it():
    text = "<description>passwd='</description><description>value=\"</description><graphics passwd='s3cret'/>"
    assert SECRET not in mask_secrets(text)


def test_lines_keep_their_numbers():
    text = "<a>\n<graphics passwd='x\ny\nz'/>\n<cookie name='b'>\n1\n</cookie>\n</a>\n"
    assert mask_secrets(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("argument", "masked"),
    [
        ("port=1,password=a,,b,c", "port=1,password=***,c"),
        ("user=a,passwd=b", "user=a,passwd=***"),
        ("password=once", "password=***"),
        ("qom-type=secret,id=a,data=b", "qom-type=secret,id=a,data=***"),
        ('{"qom-type": "secret", "id": "a", "data": "b\\"c"}', '{"qom-type": "secret", "id": "a", "data": "***"}'),
    ],
)
def test_options_of_qemu_are_read_as_qemu_does(argument, masked):
    assert mask_options(argument) == masked
