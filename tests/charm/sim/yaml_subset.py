"""Reads the YAML of our charm files: maps by indentation, texts, block texts, lists. The standard library has
no YAML, and the files of one project need no more than this."""


def _scalar(text):
    text = text.strip()
    if text in ("", "null", "~"):
        return None
    if text[0] in "\"'" and text[-1] == text[0]:
        return text[1:-1]
    if text[0] == "[" and text[-1] == "]":
        return [_scalar(part) for part in text[1:-1].split(",") if part.strip()]
    if text in ("true", "false"):
        return text == "true"
    try:
        return int(text)
    except ValueError:
        return text


class _Lines:
    def __init__(self, text):
        self.rows = []
        for line in text.split("\n"):
            if line.strip() and not line.lstrip().startswith("#"):
                self.rows.append((len(line) - len(line.lstrip()), line.strip()))
        self.at = 0

    def peek(self):
        return self.rows[self.at] if self.at < len(self.rows) else (-1, "")

    def take(self):
        self.at += 1
        return self.rows[self.at - 1]


def _block(lines, indent):
    texts = []
    while lines.peek()[0] > indent:
        texts.append(lines.take()[1])
    return "\n".join(texts) + "\n"


def _read(lines, indent):
    if lines.peek()[1].startswith("- "):
        items = []
        while lines.peek()[0] == indent and lines.peek()[1].startswith("- "):
            items.append(_scalar(lines.take()[1][2:]))
        return items
    result = {}
    while lines.peek()[0] == indent:
        key, _, value = lines.take()[1].partition(":")
        if value.strip() in ("|", ">"):
            result[_scalar(key)] = _block(lines, indent)
        elif value.strip():
            result[_scalar(key)] = _scalar(value)
        elif lines.peek()[0] > indent:
            result[_scalar(key)] = _read(lines, lines.peek()[0])
        else:
            result[_scalar(key)] = None
    return result


def load(text):
    lines = _Lines(text)
    return _read(lines, lines.peek()[0])
