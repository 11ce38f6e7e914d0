# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
"""What public headers declare: functions, structs, enums, typedefs and constants, each with its comment.

A comment /** … */ belongs to the declaration after it, /**< … */ to the one before it. What is not understood is an error
that names file and line; nothing is left out in silence. Names of types need not be known: in `DWORD WINAPI f(IN BYTE *p)`
the last word before ( , ; is what is declared. Of conditionals those branches count that a C compiler on Linux takes.
"""
import re


class HeaderError(Exception):
    """Something in a header that is not understood."""

    def __init__(self, path, line, message):
        super().__init__(f'{path}:{line}: {message}')


class Token:
    """kind: word, number, string, mark, doc (/** … */), after (/**< … */) or end"""

    def __init__(self, kind, text, line):
        self.kind, self.text, self.line = kind, text, line


class Decl:
    """A parameter, member, variable, typedef or function as it is written.

    params is None unless it is a function, or a pointer to one; `types` are what it names: ('struct', tag) or
    ('type', word). `pointer` says that it is no value of that type; `returns` is the type before a function's name.
    """

    def __init__(self, name, tokens, line):
        self.name, self.line = name, line
        self.text = spaced(tokens)
        self.types = types_of(tokens)
        self.pointer = any(t.text == '*' for t in tokens)
        self.doc, self.params, self.returns = None, None, None
        self.function = self.inline = self.static = self.variadic = False
        self.body = None  # Struct or Enum that is defined on the way
        self.header = None


class Struct:
    """kind: struct or union. Members that are structs without a name have one in their Decl's body."""

    def __init__(self, kind, tag, members, line):
        self.kind, self.tag, self.members, self.line = kind, tag, members, line
        self.doc, self.header = None, None


class Enum:
    """values: Decl of each, whose text is NAME or NAME = EXPRESSION"""

    def __init__(self, tag, values, line):
        self.kind, self.tag, self.values, self.line = 'enum', tag, values, line
        self.doc, self.header = None, None


class Macro:
    """A #define without parameters has params None. `group` is a comment on it and the ones that follow it."""

    def __init__(self, name, params, value, line):
        self.name, self.params, self.value, self.line = name, params, value, line
        self.doc, self.group, self.header = None, None, None
        self.before = False  # the comment stood before it


class Headers:
    """All that was declared, by name; functions in the order of the headers."""

    def __init__(self, paths):
        self.functions = {}
        self.types = {}  # ('struct' | 'union' | 'enum', tag) -> Struct or Enum; ('type', name) -> Decl
        self.values = {}  # enumerators
        self.macros = {}
        self.seen = {}  # those that were #undefined again, too
        self.variables = {}
        self.waiting = list(paths)
        while self.waiting:
            self.read(self.waiting[0])

    def read(self, path):
        """One header, after those of ours that it includes."""
        self.waiting.remove(path)
        with open(path, encoding='utf-8') as f:
            text = f.read()
        Parser(self, path, Lexer(self, path, text).tokens()).file()

    def include(self, name):
        """#include <NAME>: read it first, if it is one of those to be read."""
        for path in self.waiting:
            if path == name or path.endswith('/' + name):
                self.read(path)
                return


def types_of(tokens):
    """('struct', tag) and ('type', word) of what stands there, in order."""
    found, kind = [], None
    for t in tokens:
        if t.kind == 'word' and kind:
            found.append((kind, t.text))
        elif t.kind == 'word' and t.text not in KEYWORDS and ('type', t.text) not in found:
            found.append(('type', t.text))
        kind = t.text if t.text in ('struct', 'union', 'enum') else None
    return found


def spaced(tokens):
    """Tokens as a person would write them."""
    out, before = '', None
    for t in tokens:
        if before and needs_space(before, t):
            out += ' '
        out += t.text
        before = t
    return out


def needs_space(a, b):
    """Whether a blank stands between two tokens."""
    if a.text in ',=' or b.text in '=':
        return True
    if a.text in '([' or b.text in ')],;[' or a.text == '*' or (a.text in '-~!' and b.kind != 'word'):
        return False
    if b.text == '(':
        return b.wraps
    return a.text not in ')' or b.text != '('


KEYWORDS = set('''void char short int long float double signed unsigned _Bool bool const volatile restrict __restrict
    __restrict__ static extern inline __inline __inline__ typedef register struct union enum _Noreturn __extension__
    _Thread_local __int128 _Complex'''.split())
BASIC = set('void char short int long float double signed unsigned _Bool bool __int128'.split())
STORAGE = {'static', 'extern', 'inline', '__inline', '__inline__', 'typedef', 'register', '_Noreturn', '__extension__'}
ATTRIBUTES = {'__attribute__', '__attribute', '__declspec', '_Alignas', 'alignas', '__asm__', '__asm'}
PREDEFINED = {'__STDC__': '1', '__STDC_VERSION__': '201710', '__GNUC__': '12', '__linux__': '1', '__unix__': '1'}

TOKEN = re.compile(r'''
    (?P<blank>[ \t\f\r]+ | \\\n) | (?P<newline>\n) | (?P<comment>/\*.*?\*/ | //[^\n]*) |
    (?P<string>L?"(?:[^"\\\n]|\\.)*" | L?'(?:[^'\\\n]|\\.)*') | (?P<number>\.?\d(?:[eEpP][-+]|[\w.])*) |
    (?P<word>[A-Za-z_]\w*) | (?P<mark>\.\.\. | << | >> | && | \|\| | [=!<>]= | [-{}()\[\];,:=*+/%&|^~!<>?.])''', re.S | re.X)


class Lexer:
    """Tokens of one header. Directives are obeyed on the way; macros go to the Headers."""

    def __init__(self, headers, path, text):
        self.headers, self.path, self.text = headers, path, text
        self.line = 1
        self.found = []
        self.branches = []  # of each #if: [taken now, taken before, line]
        self.macro = None  # the one defined last, while its /**< may follow
        self.doc = None  # the /** since which no token came

    def fail(self, message, line=None):
        """What is here is not understood."""
        raise HeaderError(self.path, line or self.line, message)

    def active(self):
        """Whether a compiler would see what is here."""
        return all(b[0] for b in self.branches)

    def tokens(self):
        """All of them, with one of kind end at the end."""
        at, fresh = 0, True
        while at < len(self.text):
            if fresh and (directive := re.compile(r'[ \t]*#((?:\\\n|/\*.*?\*/|[^\n])*)', re.S).match(self.text, at)):
                at = self.directive(directive)
                continue
            m = TOKEN.match(self.text, at)
            if not m:
                if self.active():
                    self.fail(f'"{self.text[at]}" is nothing that C knows')
                at += 1
                continue
            fresh = m.lastgroup == 'newline' or (fresh and m.lastgroup in ('blank', 'comment'))
            self.take(m.lastgroup, m.group())
            at = m.end()
        if self.branches:
            self.fail('#if without #endif', self.branches[-1][2])
        return self.found + [Token('end', 'the end of the file', self.line)]

    def take(self, kind, text):
        """One token."""
        if self.active():
            if kind == 'comment':
                self.comment(text)
            elif kind not in ('blank', 'newline'):
                self.macro = self.doc = None
                self.found.append(Token(kind, text, self.line))
        self.line += text.count('\n')

    def comment(self, text):
        """/** and /**< are kept; the latter may be a macro's."""
        if text.startswith('/**<'):
            token = Token('after', comment_text(text[4:-2]), self.line)
            if self.macro:
                self.macro.doc = token.text
            else:
                self.found.append(token)
        elif text.startswith('/**') and len(text) > 4:
            self.doc = Token('doc', comment_text(text[3:-2]), self.line)
            self.found.append(self.doc)
            self.macro = None

    def directive(self, m):
        """One # line. Returns where its end is."""
        text = re.sub(r'\\\n', ' ', m.group(1))
        code = re.sub(r'/\*.*?\*/|//.*', ' ', text, flags=re.S).strip()
        word, _, rest = code.partition(' ') if ' ' in code else code.partition('\t')
        if word.startswith('include<') or word.startswith('include"'):
            word, rest = 'include', code[7:]
        self.obey(word, rest.strip(), text)
        self.line += m.group().count('\n')
        return m.end()

    def obey(self, word, rest, text):
        """A directive and what follows it."""
        if word in ('if', 'ifdef', 'ifndef', 'elif', 'else', 'endif'):
            self.conditional(word, rest)
        elif not self.active() or word in ('', 'pragma', 'warning', 'line'):
            return
        elif word == 'include':
            self.headers.include(rest.strip('<>"'))
        elif word == 'define':
            self.define(rest, text)
        elif word == 'undef':
            self.headers.macros.pop(rest, None)
        else:
            self.fail(f'#{word} is not understood')

    def conditional(self, word, rest):
        """#if and its relations."""
        if word in ('if', 'ifdef', 'ifndef'):
            taken = self.active() and self.condition(word, rest)
            self.branches.append([taken, taken or not self.active(), self.line])
            return
        if not self.branches:
            self.fail(f'#{word} without #if')
        branch = self.branches[-1]
        if word == 'endif':
            self.branches.pop()
        else:
            branch[0] = not branch[1] and (word == 'else' or self.condition('if', rest))
            branch[1] = branch[1] or branch[0]

    def condition(self, word, rest):
        """Whether the branch of an #if is taken."""
        if word != 'if':
            return self.defined(rest) == (word == 'ifdef')
        text = re.sub(r'\bdefined\s*(?:\(\s*(\w+)\s*\)|(\w+))', lambda m: str(int(self.defined(m[1] or m[2]))), rest)
        text = re.sub(r'\b(\d+)[uUlL]*\b', r'\1', re.sub(r'\b[A-Za-z_]\w*\b', lambda m: self.value(m[0]), text))
        text = re.sub(r'!(?!=)', ' not ', text.replace('&&', ' and ').replace('||', ' or '))
        if not re.fullmatch(r'(?:\d+|and|or|not|[-+*<>=!()\s])+', text) or re.search(r'\d\s*\(', text):
            self.fail(f'#if {rest} is not understood')
        try:
            return bool(eval(text, {'__builtins__': {}}))  # numbers and operators, see above
        except (SyntaxError, TypeError):
            self.fail(f'#if {rest} is not understood')

    def defined(self, name):
        """#ifdef NAME"""
        return name in self.headers.macros or name in PREDEFINED

    def value(self, name):
        """A word within #if: its number, 0 for what is not defined."""
        macro = self.headers.macros.get(name)
        value = macro.value if macro else PREDEFINED.get(name, '0')
        return value if re.fullmatch(r'\d+[uUlL]*', value) else name if macro else '0'

    def define(self, rest, text):
        """#define; its comment may stand on the same line, after it or before it."""
        m = re.match(r'(\w+)(\([^)]*\))?\s*(.*)$', rest, re.S)
        if not m:
            self.fail(f'#define {rest} is not understood')
        macro = Macro(m[1], m[2], m[3].strip(), self.line)
        macro.header = self.path
        if not self.doc and self.macro and self.macro.before and self.macro.line == self.line - 1:
            self.macro.group, self.macro.doc, self.macro.before = self.macro.doc, None, False
        if after := re.search(r'/\*\*<(.*?)\*/', text, re.S):
            macro.doc = comment_text(after[1])
        elif self.doc:
            self.found.remove(self.doc)
            macro.doc, macro.before = self.doc.text, True
        self.headers.macros[m[1]] = self.headers.seen[m[1]] = macro
        self.macro, self.doc = macro, None


def comment_text(text):
    """A comment without its stars and without the blank that follows each."""
    lines = [re.sub(r'^[ \t]*\*?[ ]?', '', line.rstrip()) if i else line.strip()
             for i, line in enumerate(text.split('\n'))]
    return '\n'.join(lines).strip('\n')


class Parser:
    """Reads the tokens of one header into Headers."""

    def __init__(self, headers, path, tokens):
        self.headers, self.path, self.tokens = headers, path, tokens
        self.at = 0
        self.language = 0  # depth of extern "C" {
        for i, t in enumerate(tokens[:-1]):  # int (*f)(int): the first parenthesis wraps a declarator
            t.wraps = t.text == '(' and self.is_wrapped(i)

    def is_wrapped(self, i):
        """Whether the parenthesis at i holds (*, or (WINAPI *."""
        i += 1
        while self.tokens[i].kind == 'word' and self.tokens[i].text not in BASIC:
            i += 1
        return self.tokens[i].text == '*' and self.tokens[i - 1].text != ')' and self.after_group(i) == '('

    def after_group(self, i):
        """The token behind the parenthesis that encloses i."""
        depth = 1
        while depth and self.tokens[i].kind != 'end':
            depth += (self.tokens[i].text == '(') - (self.tokens[i].text == ')')
            i += 1
        return self.tokens[min(i, len(self.tokens) - 1)].text

    def fail(self, message, token=None):
        """What is here is not understood."""
        here = self.tokens[min(self.at, len(self.tokens) - 1)]
        if not token and here.kind in ('doc', 'after'):
            message = 'this comment belongs to no declaration'
        raise HeaderError(self.path, (token or here).line, message)

    def peek(self, ahead=0):
        """Text of a coming token."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)].text

    def kind(self, ahead=0):
        """Its kind."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)].kind

    def next(self):
        """Take a token."""
        token = self.tokens[self.at]
        if token.kind in ('doc', 'after', 'end'):
            self.fail('the header ends within a declaration')
        self.at += 1
        return token

    def accept(self, text):
        """Take a token if it is this one."""
        if self.peek() != text or self.kind() not in ('mark', 'word'):
            return None
        return self.next()

    def expect(self, text, where):
        """Take this token or fail."""
        if self.peek() != text:
            self.fail(f'{where}: "{text}" expected, not "{self.peek()}"')
        return self.next()

    def docs(self):
        """The /** before a declaration; the last one counts."""
        doc = None
        while self.kind() == 'doc':
            doc = self.tokens[self.at].text
            self.at += 1
        return doc

    def trailing(self, doc):
        """The /**< after a declaration, else what stood before it."""
        while self.kind() == 'after':
            doc = self.tokens[self.at].text
            self.at += 1
        return doc

    def group(self, where):
        """Skip from a parenthesis, bracket or brace to its end. Returns the tokens."""
        first, depth = self.at, 0
        while True:
            if self.kind() == 'end':
                self.fail(f'{where}: no end of what begins here', self.tokens[first])
            depth += (self.peek() in ('(', '[', '{')) - (self.peek() in (')', ']', '}'))
            self.at += 1
            if not depth:
                return self.tokens[first:self.at]

    def file(self):
        """The whole header."""
        while True:
            doc = self.docs()
            if self.kind() == 'end':
                break
            if self.peek() == 'extern' and self.kind(1) == 'string':
                self.next(), self.next()
                if self.accept('{'):
                    self.language += 1
                    continue
            if self.language and self.accept('}'):
                self.language -= 1
            elif not self.accept(';') and not self.static_assert() and not self.constant_by_macro():
                self.external(doc)
        if self.language:
            self.fail('extern "C" { has no end')

    def static_assert(self):
        """Skip one, if it is one."""
        if self.peek() not in ('_Static_assert', 'static_assert'):
            return False
        self.next()
        self.group('_Static_assert')
        self.expect(';', '_Static_assert')
        return True

    def constant_by_macro(self):
        """Skip NAME(…); or NAME(…) = …; where the macro NAME is that of a `static const`."""
        macro = self.headers.seen.get(self.peek())
        while macro and macro.params and not macro.value.startswith('static const '):
            macro = self.headers.seen.get(re.match(r'\w*', macro.value)[0])
        if not macro or not macro.params:
            return False
        name = self.next().text
        self.group(name)
        if self.accept('='):
            self.initializer(name)
        self.expect(';', name)
        return True

    def external(self, doc):
        """A declaration at the outermost level."""
        spec, body, storage = self.specifiers()
        if body:
            self.add_type(body, doc)
        if self.accept(';'):
            if not body and not any(t.text in ('struct', 'union', 'enum') for t in spec):
                self.fail(f'"{spaced(spec)};" declares nothing', spec[0] if spec else None)
            self.trailing_of(body)
            return
        while True:
            decl = self.declarator(spec)
            if not decl.name:
                self.fail(f'a declaration without a name: "{decl.text}"')
            decl.doc, decl.body, decl.inline, decl.static = doc, body, 'inline' in storage, 'static' in storage
            self.attributes()
            if decl.function and self.peek() == '{':
                self.group(decl.name)
                self.add(decl, storage)
                return
            if self.accept('='):
                self.initializer(decl.name)
            self.add(decl, storage)
            if self.accept(','):
                continue
            self.expect(';', f'after {decl.name}')
            decl.doc = self.trailing(decl.doc)
            return

    def trailing_of(self, body):
        """} ; /**< … */"""
        if body and (doc := self.trailing(None)):
            body.doc = doc

    def initializer(self, name):
        """Skip what a variable is set to."""
        while self.peek() not in (',', ';'):
            if self.peek() in ('(', '[', '{'):
                self.group(name)
            else:
                self.next()

    def add_type(self, body, doc):
        """A struct, union or enum was defined."""
        body.doc, body.header = doc, self.path
        if body.tag:
            key = (body.kind, body.tag)
            if key in self.headers.types:
                raise HeaderError(self.path, body.line, f'{body.kind} {body.tag} is defined a second time')
            self.headers.types[key] = body
        if body.kind == 'enum':
            for value in body.values:
                self.headers.values[value.name] = value

    def add(self, decl, storage):
        """A function, typedef or variable was declared."""
        decl.header = self.path
        if 'typedef' in storage:
            self.headers.types[('type', decl.name)] = decl
        elif decl.function:
            if decl.name in self.headers.functions:
                raise HeaderError(self.path, decl.line, f'{decl.name}() is declared a second time')
            self.headers.functions[decl.name] = decl
        else:
            self.headers.variables[decl.name] = decl

    def is_noise(self, word):
        """A macro of these headers that stands for an attribute or for nothing (WINAPI, IN)."""
        macro = self.headers.macros.get(word)
        return macro is not None and macro.params is None and re.match(r'(__attribute__|__declspec|$)', macro.value)

    def attributes(self):
        """Skip __attribute__((…)) and macros behind a declarator."""
        while self.kind() == 'word':
            self.next()
            if self.peek() == '(':
                self.group('an attribute')

    def specifiers(self):
        """What stands before the declarators: (tokens without storage, Struct or Enum defined, storage words)."""
        spec, body, storage, typed = [], None, set(), False
        while self.kind() == 'word':
            word = self.peek()
            if word in STORAGE:
                storage.add(self.next().text.strip('_'))
            elif word in ATTRIBUTES or self.is_noise(word):
                self.next()
                if self.peek() == '(' and word in ATTRIBUTES:
                    self.group(word)
            elif word in ('struct', 'union', 'enum'):
                spec.append(self.next())
                body = self.tagged(spec)
                typed = True
            elif word in KEYWORDS:
                typed |= word in BASIC
                spec.append(self.next())
            elif self.peek(1) == '(' and not typed and not self.tokens[self.at + 1].wraps:
                self.annotation()
            elif typed and (self.peek(1) in ('(', ',', ';', ')', '[', '=', ':', '{') or self.kind(1) == 'after'):
                break
            else:
                spec.append(self.next())
                typed = True
        if not typed:
            self.fail(f'a declaration expected, not "{self.peek()}"')
        return spec, body, storage

    def annotation(self):
        """NAME(…) before a type."""
        name = self.next()
        self.group(name.text)
        if self.kind() != 'word':
            self.fail(f'{name.text}(): neither a declaration with a type nor a word before one', name)

    def tagged(self, spec):
        """What follows struct, union or enum; the Struct or Enum if it is defined here."""
        kind, tag, line = spec[-1].text, None, spec[-1].line
        while self.peek() in ATTRIBUTES or self.is_noise(self.peek()):
            if self.next().text in ATTRIBUTES:
                self.group('an attribute')
        if self.kind() == 'word':
            tag = self.peek()
            spec.append(self.next())
        if self.peek() != '{':
            if not tag:
                self.fail(f'{kind} without a name')
            return None
        self.next()
        return Enum(tag, self.enumerators(), line) if kind == 'enum' else Struct(kind, tag, self.members(), line)

    def enumerators(self):
        """Up to the closing brace."""
        values = []
        while True:
            doc = self.docs()
            if self.accept('}'):
                return values
            if self.kind() != 'word':
                self.fail(f'the name of a constant expected, not "{self.peek()}"')
            name = self.next()
            tokens = [name]
            while self.peek() not in (',', '}') and self.kind() not in ('doc', 'after'):
                tokens += self.group(name.text) if self.peek() == '(' else [self.next()]
            value = Decl(name.text, tokens, name.line)
            doc = self.trailing(doc)
            if not self.accept(',') and self.peek() != '}':
                self.fail(f'after {name.text}: a comma expected, not "{self.peek()}"')
            value.doc = self.trailing(doc)
            values.append(value)

    def members(self):
        """Up to the closing brace."""
        members = []
        while True:
            doc = self.docs()
            if self.accept('}'):
                return members
            if not self.accept(';') and not self.static_assert():
                members += self.member(doc)

    def member(self, doc):
        """The members that one line declares."""
        spec, body, _ = self.specifiers()
        found = []
        while not found or self.accept(','):
            decl = self.declarator(spec)
            if self.accept(':'):
                width = self.next()
                decl.text += f' : {width.text}'
            elif not decl.name and not body:
                self.fail(f'a member without a name: "{decl.text}"')
            self.attributes()
            decl.body = body
            found.append(decl)
        self.expect(';', f'after {found[-1].name or "a member"}')
        doc = self.trailing(doc)
        for decl in found:
            decl.doc = doc
        return found

    def declarator(self, spec):
        """Pointers, a name, arrays and parameters, after the words that came before."""
        line, first = self.tokens[self.at].line, self.at
        pointers = self.pointers()
        inner, name, params, variadic = False, None, None, False
        if self.peek() == '(' and self.tokens[self.at].wraps:
            name = self.wrapped()
            inner = True
        elif self.kind() == 'word':
            name = self.next()
        while self.peek() in ('[', '('):
            if self.peek() == '[':
                self.group('an array')
            elif params is not None:
                self.fail('a function that returns a function: give its type a name')
            else:
                params, variadic = self.parameters()
        tokens = [t for t in self.tokens[first:self.at] if not self.is_noise(t.text)]
        decl = Decl(name and name.text, spec + tokens, name.line if name else line)
        if name:
            decl.types = [t for t in decl.types if t != ('type', name.text)]
        decl.params, decl.variadic = params, variadic
        decl.function = params is not None and not inner
        if params is not None:
            decl.returns = spaced(spec + pointers)
        if decl.function:
            decl.types = types_of(spec) + [t for p in params for t in p.types]
        return decl

    def pointers(self):
        """* and what may stand between them and a name."""
        first = self.at
        while self.peek() == '*' or (self.kind() == 'word' and self.at > first and (
                self.peek() in KEYWORDS or self.is_noise(self.peek()) or self.kind(1) == 'word' or self.peek(1) == '*')):
            self.next()
        return [t for t in self.tokens[first:self.at] if not self.is_noise(t.text)]

    def wrapped(self):
        """(*name), (WINAPI *name), (*name[4]): returns the name or None."""
        self.next()
        name = None
        while self.peek() != ')':
            if self.peek() == '[':
                self.group('an array')
            elif self.peek() == '(':
                self.fail('a function that returns a function: give its type a name')
            else:
                token = self.next()
                name = token if token.kind == 'word' and token.text not in KEYWORDS else name
        self.next()
        return name

    def parameters(self):
        """(…) of a function: (Decls, whether … ends them)."""
        self.expect('(', 'parameters')
        found = []
        if self.peek() == 'void' and self.peek(1) == ')':
            self.next()
        while self.peek() != ')':
            if self.accept('...'):
                self.expect(')', 'after ...')
                return found, True
            spec, _, _ = self.specifiers()
            found.append(self.declarator(spec))
            self.attributes()
            if self.peek() != ')':
                self.expect(',', 'parameters')
        self.next()
        return found, False
