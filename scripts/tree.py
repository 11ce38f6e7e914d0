# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
"""The tree that scripts/check-* look at, and how they report."""
import os
import re
import subprocess
import sys


class Check:
    """One run of a check: `scripts/check-NAME [ROOT]`, ROOT being this tree unless given."""

    def __init__(self):
        self.name = os.path.basename(sys.argv[0])
        self.faults = 0
        self.looked_at = 0
        if len(sys.argv) > 2 or sys.argv[1:2] in (['-h'], ['--help']):
            sys.exit(f'usage: {sys.argv[0]} [ROOT]')
        os.chdir(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(sys.argv[0]), '..'))

    def fault(self, path, line, message):
        """A rule is broken: the check fails."""
        self.faults += 1
        print(f'{path}:{line}: {message}')

    def warn(self, path, line, message):
        """Worth a look, no failure."""
        print(f'{path}:{line}: warning: {message}', file=sys.stderr)

    def finish(self, what):
        """End the run. A check that looked at nothing has shown nothing."""
        if self.faults:
            sys.exit(1)
        if not self.looked_at:
            sys.exit(f'{self.name}: found nothing to check')
        print(f'{self.name}: {self.looked_at} {what}, ok')


def files(*patterns):
    """Tracked files and new ones that are not ignored, of git's patterns; all without any."""
    listed = subprocess.run(['git', '-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others',
                             '--exclude-standard', '--', *patterns], check=True, capture_output=True).stdout
    return sorted({p for p in listed.decode().split('\0') if p and os.path.isfile(p) and not os.path.islink(p)})


def read(path):
    """Text of a file; bytes that are not UTF-8 become surrogates."""
    with open(path, encoding='utf-8', errors='surrogateescape', newline='') as f:
        return f.read()


def is_text(path):
    """Whether a file has no NUL in its first part, as git has it."""
    with open(path, 'rb') as f:
        return b'\0' not in f.read(8000)


class Function:
    """A function that a header declares: its name, line, doc comment (None without), parameters and type."""

    def __init__(self, name, line, doc, params, returns, inline):
        self.name, self.line, self.doc = name, line, doc
        self.params, self.returns, self.inline = params, returns, inline


_TOKEN = re.compile(r'''
    (?P<doc>/\*\*.*?\*/) | (?P<comment>/\*.*?\*/|//[^\n]*) |
    (?P<cpp>(?:(?<=\n)|\A)[ \t]*\#(?:[^\n\\]|\\\n|\\.)*) |
    (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*') | (?P<mark>[{};]) | (?P<other>[^/"'{};\#]+|.)''',
                    re.S | re.X)


def _split_params(text):
    """Top-level commas."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in '([') - (c in ')]')
        if c == ',' and not depth:
            parts.append(text[start:i])
            start = i + 1
    return parts + [text[start:]]


def _param_name(text):
    """Name of one parameter, None when it has none."""
    pointer = re.search(r'\(\s*\*\s*(\w+)', text)
    if pointer:
        return pointer.group(1)
    words = re.findall(r'\w+|\*', re.sub(r'\[.*', '', text))
    if len(words) < 2 or words[-1] == '*' or words[-2] in ('struct', 'enum', 'union'):
        return None
    return words[-1]


def _function(statement, line, doc):
    """The function that a statement declares or defines, or None."""
    statement = re.sub(r'__attribute__\s*\(\(.*?\)\)', '', statement, flags=re.S).strip()
    found = re.match(r'([\w\s*]+?)\b(\w+)\s*\(', statement)
    if not found or statement.startswith('typedef') or '=' in statement[:found.end()]:
        return None
    if re.match(r'\s*\*', statement[found.end():]):
        return None
    params = _split_params(statement[found.end():statement.rindex(')')])
    params = [p.strip() for p in params]
    if params in (['void'], ['']):
        params = []
    words = found.group(1).split()
    returns = ' '.join(w for w in words if w not in ('static', 'inline', 'extern'))
    return Function(found.group(2), line, doc, [_param_name(p) for p in params if p != '...'], returns,
                    'inline' in words)


def _close(tokens):
    """Skip to the brace that closes the one just read."""
    depth = 1
    while depth:
        token = next(tokens, None)
        if token is None:
            return
        depth += (token.group() == '{') - (token.group() == '}')


def functions(text):
    """All functions that a header declares at its outermost level, in order."""
    tokens = _TOKEN.finditer(text)
    found, statement, line, doc = [], '', 0, None
    for token in tokens:
        kind, value = token.lastgroup, token.group()
        if kind == 'doc':
            doc = value
        elif kind in ('other', 'string'):
            if not statement.strip():
                line = text.count('\n', 0, token.start() + len(value) - len(value.lstrip())) + 1
            statement += value
        elif value == '{' and re.match(r'extern\s+"C"\s*$', statement.strip()):
            statement = ''
        elif value == '{':
            _close(tokens)
            if statement.rstrip().endswith(')'):
                found.append(_function(statement, line, doc))
                statement, doc = '', None
        elif value in ';}':
            found.append(_function(statement, line, doc))
            statement, doc = '', None
    return [f for f in found if f]
