"""What the pages of the rules on files as such say that libvirt does, shown on libvirt's own QEMU driver."""

import pytest
from file_claims import TEXTS

pytestmark = pytest.mark.embed


@pytest.mark.parametrize("name", TEXTS)
def test_define_reads_the_file_as_the_page_says(driver, name):
    text, words, *option = TEXTS[name]
    secret = driver.root / "secret"
    secret.write_text("letters")
    file = driver.root / f"{name}.xml"
    file.write_text(text.replace("{file}", str(secret)))
    said = driver.ask({name: [f"define {file} {' '.join(option)}", f"dumpxml --inactive {name}", f"undefine {name}"]})
    assert words in said[name]
