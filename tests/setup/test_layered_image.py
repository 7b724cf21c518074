import json
import tarfile

import pytest

from layered_image import LayeredImage, UploadRefused, digest_of, layer_of


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "files" / "bin").mkdir(parents=True)
    (tmp_path / "files" / "bin" / "tool").write_bytes(b"tool")
    (tmp_path / "files" / "bin" / "link").symlink_to("tool")
    return tmp_path / "files"


def test_the_same_files_give_the_same_digest_whenever_they_were_made(folder):
    first = digest_of(LayeredImage([layer_of(folder)]).manifest)
    (folder / "bin" / "tool").write_bytes(b"tool")
    assert digest_of(LayeredImage([layer_of(folder)]).manifest) == first


def test_other_files_give_another_digest(folder):
    first = digest_of(LayeredImage([layer_of(folder)]).manifest)
    (folder / "bin" / "tool").write_bytes(b"another")
    assert digest_of(LayeredImage([layer_of(folder)]).manifest) != first


def test_an_archive_holds_the_name_the_configuration_and_the_layers(folder, tmp_path):
    image = LayeredImage([layer_of(folder)], {"Cmd": ["/bin/tool"]})
    image.save(tmp_path / "image.tar", "tool:latest")
    with tarfile.open(tmp_path / "image.tar") as archive:
        (entry,) = json.load(archive.extractfile("manifest.json"))
        configuration = json.load(archive.extractfile(entry["Config"]))
        layer = archive.extractfile(entry["Layers"][0]).read()
    assert entry["RepoTags"] == ["tool:latest"]
    assert configuration["config"] == {"Cmd": ["/bin/tool"]}
    assert configuration["rootfs"]["diff_ids"] == [digest_of(layer)]


@pytest.mark.lab
def test_a_registry_that_asks_for_a_password_refuses_a_stranger(folder, registry):
    with pytest.raises(UploadRefused, match="401"):
        LayeredImage([layer_of(folder)]).upload(registry.host, "refused/image")


@pytest.mark.lab
def test_an_engine_pulls_what_was_uploaded_without_one(folder, dockerd, open_registry):
    digest = LayeredImage([layer_of(folder)]).upload(open_registry.host, "uploaded/image", "1")
    assert digest in dockerd.cli("pull", f"{open_registry.host}/uploaded/image:1")
