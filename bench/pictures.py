"""The first pictures of a zip with a tags.csv, as a folder: python3 pictures.py ZIP FOLDER COUNT."""

import csv
import io
import pathlib
import sys
import zipfile


def main():
    archive, folder, count = zipfile.ZipFile(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True)
    names = {pathlib.PurePath(name).name: name for name in archive.namelist()}
    with io.TextIOWrapper(archive.open(names["tags.csv"])) as table:
        head, *rows = csv.reader(table)
    for row in rows[:count]:
        name = pathlib.PurePath(row[0]).name
        (folder / name).write_bytes(archive.read(names[name]))
    with open(folder / "tags.csv", "w", newline="") as table:
        csv.writer(table).writerows([head, *rows[:count]])


main()
