#!/usr/bin/env python3
"""Writes jinja.json: small templates and what Jinja2 makes of them, set up as transformers sets it up for chat templates.

Needs jinja2 3.1. Run it here, in this folder; the file changes only if a case does.
Each entry has "template", perhaps "variables", and either "text" or "fails": true.
"""
import datetime
import json
import pathlib

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = datetime.datetime(2024, 3, 5, 7, 8, 9)

V = {
    "n": None, "t": True, "f": False, "one": 1, "big": 123456789012345678901234567890, "pi": 3.25, "s": "Hello, World", "e": "", "u": "h\u00e9llo \U0001f600 \u4f60\u597d",
    "l": [3, 1, 2], "words": ["b", "A", "c", "a"], "d": {"b": 2, "a": 1, "items": "mine", "nested": {"x": [1, {"y": 2}]}},
    "people": [{"name": "Ann", "age": 30, "tags": ["x"]}, {"name": "bob", "age": 25, "tags": []}, {"name": "Cy", "age": 30}],
    "text": "  one\n\n two three  \n", "html": "<a href=\"x\">'&'</a>", "messages": [{"role": "system", "content": " S "}, {"role": "user", "content": "hi"}, {"role": "assistant", "content": "yo"}],
}

GROUPS = {
    "whitespace": [
        "a\n", "a\n\n", "a\r\nb\rc\r\n", "{% if true %}\nx\n{% endif %}\ny", "  {% if true %}\n  x\n  {% endif %}\n  y", "a {%- if true -%}  b  {%- endif -%} c",
        "a\n  {%+ if true %}b{% endif %}", "a\n  {{ 1 }}\n  b", "a \n {{- 1 -}} \n b", "{% if true +%}\nx{% endif %}", "x{# comment #}\ny", "x\n   {# comment #}\ny",
        "x {#- comment -#} y", "x{# a +#}\ny", "{##}x", "{#-#} x", "  {% raw %}\n {{ x }} {% not %}\n  {% endraw %}\nz", "{%- raw -%}  {{ }} {%- endraw -%} z", "a{% raw %}  \n  {% endraw %}b",
        "a {%+ raw %} b {% endraw +%}\nc", "{{ 'a' }}  {% set x = 1 %}  b", "{% set x = 1 %}\n\nb", "\n{% set x = 1 %}\n{{ x }}\n", "{{ '{{' }} {{ '}}' }} {{ '%}' }}",
        "{{ {'a': {'b': 1}} }}", "{{ {'a': {'b': 1}}}}", "{{- 'x' }} y", "{{-1}}", "{{ -1 }}", "{{+1}}", "\t{% if true %}x{% endif %}\t", "\u00a0{% if true %}x{% endif %}", "x\u00a0{%- if true %}y{% endif %}",
        "{% if true %}{% endif %}\n\n\nx", "{{ 1 }}\n\n", "{%if true%}a{%endif%}", "{%\nif\ntrue\n%}a{%\nendif\n%}", "{{\n1\n+\n2\n}}", "{ { % {", "{", "a {% raw %}x{% endraw %} b {% raw %}y{% endraw %}",
        "l1\n  {% for i in [1,2] %}\n  - {{ i }}\n  {% endfor %}\nl2\n", "{% for i in [1,2] -%}\n  {{ i }}\n{%- endfor %}", "   {%- set a = 1 %}   {%- set b = 2 -%}   x",
    ],
    "literals": [
        "{{ 1 }} {{ 1_000 }} {{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1.5 }} {{ 1e3 }} {{ 1.5e-7 }} {{ 2.0 }} {{ 1_0.5 }}", "{{ 1e16 }} {{ 1e15 }} {{ 123456789.0 }} {{ 0.0001 }} {{ 0.00001 }} {{ 1e100 }} {{ 1e22 }} {{ 5e-324 }} {{ 1.7976931348623157e308 }}",
        "{{ 0.1 + 0.2 }} {{ 100.0 }} {{ -0.0 }} {{ 1/3 }} {{ 2.5e20 }} {{ 1234567890123456.7 }} {{ 12345678901234567.0 }}", "{{ true }} {{ True }} {{ false }} {{ none }} {{ None }}", "{{ 'a' \"b\" 'c' }}",
        "{{ 'a\\nb\\tc\\\\d\\'e\\\"f\\x41\\u00e9\\U0001F600\\101\\q' }}", "{{ \"it's\" }} {{ 'say \"x\"' }}", "{{ [1, 'a', none, true, 1.0, [2], (3,), (), {'k': 'v'}] }}", "{{ ['it\\'s', 'a\"b', 'a\\'\"b', 'a\\nb\\\\', '\\x07\\x7f\\u00a0\\u200b\\u00e9\\U0001F600'] }}",
        "{{ (1) }} {{ (1,) }} {{ () }} {{ 1, 2 }}", "{{ [1,] }} {{ {'a': 1,} }}", "{{ {1: 'a', 'b': 2, none: 3, true: 4} }}", "{{ {'a': 1, 'a': 2, 'b': 3} }}", "{{ big }} {{ big * big }}", "{{ {} }} {{ [] }}", "{{ {[]: 1} }}",
    ],
    "arithmetic": [
        "{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 7 / 2 }} {{ 6 / 2 }}", "{{ 2 ** 10 }} {{ 2 ** -1 }} {{ 2 ** 0.5 }} {{ -2 ** 2 }} {{ 2 ** 3 ** 2 }}",
        "{{ 1 + 2 * 3 - 4 }}", "{{ 'a' + 'b' }} {{ 'a' * 3 }} {{ 3 * 'a' }} {{ [1] + [2] }} {{ [1] * 2 }} {{ (1,) + (2,) }} {{ 'a' * -1 }}", "{{ 1 ~ 2 ~ none ~ 'x' ~ 1.0 ~ [1] }}", "{{ 1 + true }} {{ true + true }}",
        "{{ 1 ~ 2 + 3 ~ 4 }}", "{{ 1 + 2 ~ 3 }}", "{{ -one }} {{ +one }} {{ - -one }}", "{{ 1 / 0 }}", "{{ 1 // 0 }}", "{{ 1 % 0 }}", "{{ 1.0 % 0 }}", "{{ 'a' + 1 }}", "{{ 'a' + none }}", "{{ none + 'a' }}", "{{ [1] + (2,) }}", "{{ {} + {} }}",
        "{{ '%s is %d' % ('x', 3) }} {{ '%5.2f|%-5s|%05d|%x|%X|%o|%%' % (3.14159, 'ab', 42, 255, 255, 8) }}", "{{ '%(a)s' % {'a': 1} }}", "{{ '%r' % ['x'] }}", "{{ '%s' % ('a', 'b') }}", "{{ '%s %s' % 'a' }}", "{{ '%+d % d %i' % (1, 2, 3.9) }}", "{{ '%.3s|%c' % ('abcdef', 'z') }}",
        "{{ 0.5 | round }} {{ 1.5 | round }} {{ 2.5 | round }} {{ 2.675 | round(2) }} {{ 1.005 | round(2) }} {{ 3 | round }} {{ 1234 | round(-2) }} {{ 1250.0 | round(-2) }} {{ 2.1 | round(0, 'ceil') }} {{ 2.9 | round(method='floor') }} {{ -2.5 | round }}",
        "{{ 1 < 2 < 3 }} {{ 1 < 2 > 5 }} {{ 1 == 1.0 }} {{ 1 == true }} {{ 'a' < 'b' }} {{ [1, 2] < [1, 3] }} {{ 1 != '1' }} {{ none == none }} {{ 'a' == 'a' == 'a' }}", "{{ '\uffff' < '\U0001f600' }}", "{{ 1 < 'a' }}", "{{ none < 1 }}", "{{ {} < {} }}",
        "{{ 1 in [1, 2] }} {{ 3 not in [1, 2] }} {{ 'a' in 'abc' }} {{ 'k' in {'k': 1} }} {{ '' in '' }} {{ 1 in (1,) }} {{ 2 in range(3) }}", "{{ 1 in 'abc' }}", "{{ 1 in 5 }}", "{{ [] in {} }}", "{{ none in d }}",
        "{{ 1 and 2 }} {{ 0 or 'x' }} {{ not 1 }} {{ not '' }} {{ '' and 1 }} {{ none or false }} {{ not 1 == 2 }} {{ 1 or 1/0 }}", "{{ 'a' if true }}|{{ 'a' if false }}|{{ 'a' if false else 'b' }}|{{ 1 if 0 else 2 if 0 else 3 }}", "{{ ('a' if false).x }}",
        "{{ 10 | abs }} {{ -10 | abs }} {{ -1.5 | abs }}", "{{ -3 | abs }}", "{{ 'x' | abs }}", "{{ 2 ** 20000 }}",
    ],
    "undefined": [
        "[{{ x }}]", "{{ x.y }}", "{{ d.nope }}|{{ d['nope'] }}|{{ l[9] }}|{{ s.nope }}", "{{ d.nope.deeper }}", "{{ x is defined }} {{ x is undefined }} {{ d.nope is defined }} {{ x is none }}", "{{ x | default('y') }} {{ e | default('y') }}|{{ e | default('y', true) }} {{ n | default('q') }} {{ none | d('q', boolean=true) }}",
        "{% for i in x %}{{ i }}{% else %}none{% endfor %}", "{{ x | length }} {{ x | list }} {{ x | upper }}|{{ x | trim }}|{{ x | join }}|{{ x | first }}|{{ x ~ 'a' }}", "{{ x + 1 }}", "{{ x + 'a' }}", "{{ 'a' + x }}", "{{ x == y }} {{ x == 1 }} {{ x != 1 }} {{ not x }} {{ x or 'z' }}", "{{ x < 1 }}", "{{ x() }}", "{{ x | int }}", "{{ x | float }}",
        "{{ 'a' in x }}", "{{ x in [1] }}", "{{ x in 'a' }}", "{{ x | tojson }}", "{{ -x }}", "{{ x is iterable }} {{ x is sequence }} {{ x is string }} {{ x is mapping }} {{ x is number }} {{ x is callable }}", "{{ [x] }}", "{{ x | abs }}", "{{ x | sort }} {{ x | unique | list }} {{ x | map('upper') | list }} {{ x | items | list }} {{ x | dictsort }}", "{{ x[0] }}", "{{ x[1:] }}", "{{ n.x }}|{{ n['x'] }}|{{ one.x }}|{{ one[0] }}",
        "{{ n.x.y }}", "{% set a = x %}[{{ a }}]", "{{ {'a': x} }}", "{{ x | replace('a', 'b') }}|{{ x | string }}|{{ x | indent }}", "{{ d.get('nope') }} {{ d.get('nope', 5) }} {{ d.get('a') }}", "{{ x % 2 }}", "{{ s % x }}", "{{ x is eq 1 }} {{ x is in [1] }}", "{{ x | reverse | list }}", "{{ x | last }}|{{ x | min }}|{{ x | sum }}",
    ],
    "subscripts": [
        "{{ l[0] }} {{ l[-1] }} {{ l[1:] }} {{ l[:-1] }} {{ l[::-1] }} {{ l[::2] }} {{ l[5:] }} {{ l[-2:] }} {{ l[2:0:-1] }} {{ l[:] }}", "{{ s[0] }} {{ s[-1] }} {{ s[1:4] }} {{ s[::-1] }} {{ s[::3] }} {{ s[-3:] }}", "{{ u[1] }} {{ u[6] }} {{ u[6:8] }} {{ u[::-1] }} {{ u | length }} {{ u[-1] }} {{ u | list }}", "{{ l.0 }} {{ l.1 }} {{ d.nested.x.1.y }} {{ d['nested']['x'][0] }}",
        "{{ (1,2,3)[1:] }} {{ (1,2,3)[::-1] }}", "{{ range(10)[2:5] | list }} {{ range(5)[1] }} {{ range(5)[-1] }}", "{{ l[true] }}", "{{ l['x'] }}|{{ l[1.0] }}|{{ l[none] }}", "{{ l[::0] }}", "{{ d[1:2] }}", "{{ one[1:2] }}", "{{ l['a':] }}", "{{ d['items'] }} {{ d.items() | list }}", "{{ d.keys() | list }} {{ d.values() | list }}", "{{ d['b'] }} {{ d.b }}",
        "{{ messages[0].role }} {{ messages[-1]['content'] }} {{ messages[1:][0].content }} {{ messages[::-1][0].role }}", "{{ {'get': 1}['get'] }}", "{{ d.keys()[0] }}|{{ d.items()['x'] }}", "{{ d.items() }} {{ d.keys() }} {{ {'x': 1}.values() }}", "{{ range(3) }} {{ range(1, 5, 2) }} {{ range(5, 0, -2) | list }} {{ range(0) | list }}", "{{ 'abc'[1:][0] }}", "{{ l[1:1000000000000000000000] }}", "{{ s['upper']() }}",
        "{{ ''.__class__ }}", "{{ ''.__class__.__mro__ }}", "{{ d.__class__ }}|{{ messages.__len__ }}", "{{ d['__class__'] }}", "{{ l.append(1) }}", "{{ d.update({'x': 1}) }}", "{{ l.pop() }}", "{{ d.clear() }}", "{{ l.sort() }}", "{{ l.index(1) }} {{ l.count(3) }}", "{{ l.index(99) }}", "{{ l.copy() }} {{ d.copy() | length }}", "{{ d['a', 'b'] }}",
    ],
    "loops": [
        "{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }};{% endfor %}", "{% for x in l %}{{ loop.previtem }}|{{ x }}|{{ loop.nextitem }};{% endfor %}", "{% for x in l if x > 1 %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% else %}no{% endfor %}", "{% for x in [] %}a{% else %}empty{% endfor %}",
        "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k in d %}{{ k }}{% endfor %}", "{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for a, b in [[1]] %}{% endfor %}", "{% for a, b in [[1, 2, 3]] %}{% endfor %}", "{% for a, b in [1] %}{% endfor %}", "{% for c in 'h\u00e9\U0001f600' %}[{{ c }}]{% endfor %}", "{% for x in 5 %}{% endfor %}", "{% for x in none %}{% endfor %}",
        "{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "{% for x in l %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% else %}else{% endfor %}", "{% for x in l %}{% continue %}{% else %}else{% endfor %}", "{% for x in [1] %}{% break %}{% else %}else{% endfor %}", "{% break %}", "{% for x in l %}{{ loop.cycle('a', 'b') }}{% endfor %}", "{% for x in [1, 1, 2, 2, 1] %}{{ loop.changed(x) }}{% endfor %}",
        "{% for n in [{'v': 1, 'c': [{'v': 2, 'c': []}, {'v': 3, 'c': [{'v': 4}]}]}] recursive %}{{ n.v }}@{{ loop.depth }}{% if n.c %}({{ loop(n.c) }}){% endif %}{% endfor %}", "{% for x in l %}{{ loop([1]) }}{% endfor %}", "{% for x in l %}{% for y in l %}{{ loop.index }}{% endfor %}{{ loop.index }};{% endfor %}", "{% for x in l %}{% set o = loop %}{% for y in [1] %}{{ o.index }}{% endfor %}{% endfor %}",
        "{% set x = 0 %}{% for i in l %}{% set x = i %}{% endfor %}{{ x }}", "{% set ns = namespace(x=0) %}{% for i in l %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}", "{% for i in l %}{% set a = (a or 0) + i %}{{ a }}{% endfor %}", "{% for i in [1] %}{% endfor %}{{ i }}", "{{ loop }}", "{% for m in messages if m.role != 'system' %}{{ m.content }}{% if not loop.last %},{% endif %}{% endfor %}",
        "{% set ns = namespace(go=true) %}{% for i in range(5) if ns.go %}{{ i }}{% if i == 1 %}{% set ns.go = false %}{% endif %}{% endfor %}", "{% set ns = namespace(go=true) %}{% for i in range(5) if ns.go %}{{ i }}{{ loop.last }}{% if i == 1 %}{% set ns.go = false %}{% endif %}{% endfor %}", "{% set ns = namespace(go=true) %}{% for i in range(5) if ns.go %}{{ i }}{{ loop.length }}{% if i == 1 %}{% set ns.go = false %}{% endif %}{% endfor %}",
        "{% for i in range(3) %}{% for j in range(3) %}{% if j == 1 %}{% break %}{% endif %}{{ i }}{{ j }} {% endfor %}{% endfor %}", "{% for i in 1, 2, 3 %}{{ i }}{% endfor %}", "{% for x in l | sort %}{{ x }}{% endfor %}", "{% for x in (l if false else [9]) %}{{ x }}{% endfor %}", "{% for i in [1,2] %}{% for j in [] %}{% else %}{% break %}{% endfor %}{{ i }}{% endfor %}", "{% for i in [1,2,3] %}{% if loop.index is odd %}{{ i }}{% endif %}{% endfor %}",
        "{% for loop in l %}{{ loop }}{% endfor %}", "{% for a in l %}{{ a }}{% if loop.first %}F{% elif loop.last %}L{% else %}M{% endif %}{% endfor %}", "{% for g in people | groupby('age') %}{{ g.grouper }}:{% for p in g.list %}{{ p.name }}{% endfor %};{% endfor %}", "{% for age, ps in people | groupby('age') %}{{ age }}{{ ps | map(attribute='name') | join('+') }} {% endfor %}", "{% for x in l | map('string') %}{{ x }}{{ loop.length }}{{ loop.revindex }}{% endfor %}",
    ],
    "set": [
        "{% set a = 1 %}{{ a }}{% set a = a + 1 %}{{ a }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a, b = 1, 2, 3 %}", "{% set (a, b) = [1, 2] %}{{ a }}{{ b }}", "{% set a %}x{{ 1 }}y{% endset %}[{{ a }}]", "{% set a | upper | replace('X', 'z') %}x{{ 'q' }}y{% endset %}[{{ a }}]", "{% set a = [1,\n 2] %}{{ a }}", "{% set ns = namespace(a=1, b='x') %}{% set ns.a = 5 %}{{ ns.a }}{{ ns.b }}{{ ns.c }}|{{ ns['a'] }}", "{% set d.x = 1 %}",
        "{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}", "{% set ns = namespace() %}{% set ns.l = [] %}{% for i in [1,2] %}{% set ns.l = ns.l + [i] %}{% endfor %}{{ ns.l }}", "{% if true %}{% set a = 1 %}{% endif %}{{ a }}", "{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}", "{% set a = 5 %}{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}", "{% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q }}", "{% set a = 1, %}{{ a }}", "{% set true = 1 %}", "{% set a %}{% set b = 1 %}{% endset %}{{ b }}",
        "{% filter upper %}abc{{ 'd' }}{% endfilter %}", "{% filter upper | replace('B', 'x') %}abc{% endfilter %}", "{% filter trim %}  {% set z = 1 %}x {% endfilter %}{{ z }}", "{% block a %}x{{ one }}{% endblock %}", "{% set v = 1 %}{% block a %}{{ v }}{% endblock a %}", "{% for i in [1] %}{% block a scoped %}{{ i }}{% endblock %}{% endfor %}", "{% for i in [1] %}{% block a %}[{{ i }}]{% endblock %}{% endfor %}", "{{ namespace(a=1) }}", "{% set messages = messages[1:] %}{{ messages | length }}", "{% if messages[0].role == 'system' %}{% set messages = messages[1:] %}{% set sys = 'y' %}{% endif %}{{ messages | length }}{{ sys }}", "{% print 1 + 1 %}",
        "{% set x = 1 %}{% set y = x if x is defined else 2 %}{{ y }}", "{% generation %}x{% endgeneration %}y", "{% set a = 'o' %}{% generation %}{% set a = 'i' %}{{ a }}{% endgeneration %}{{ a }}",
    ],
    "macros": [
        "{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }} {{ m(1, 3) }} {{ m(b=5, a=4) }} {{ m() }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(z=1) }}", "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}", "{% macro m(a, b=a) %}{{ b }}{% endmacro %}{{ m(7) }}", "{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}body{{ one }}{% endcall %}", "{% macro m(xs) %}{% for x in xs %}{{ caller(x) }}{% endfor %}{% endmacro %}{% call(x) m(l) %}<{{ x }}>{% endcall %}", "{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}",
        "{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}", "{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(5) }}", "{% macro m() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}", "{% set x = 1 %}{% macro m() %}{% set x = 2 %}{{ x }}{% endmacro %}{{ m() }}{{ x }}", "{% macro m() %} a {% endmacro %}[{{ m() | trim }}]{{ m() | length }}", "{{ m() }}{% macro m() %}{% endmacro %}", "{% macro m(a, b) %}{{ a is defined }}{{ b is defined }}{% endmacro %}{{ m(1) }}", "{% macro m(a=1, b) %}{% endmacro %}", "{% macro m(x) %}{{ x }}{% endmacro %}{{ [1, 2] | map('string') | map('upper') | join }}{{ m.name }}{{ m.arguments }}",
        "{% macro m(**kw) %}{% endmacro %}", "{% macro m(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ m(*[1, 2]) }} {{ m(**{'a': 3}) }} {{ m(*[1], **{'b': 9}) }}", "{% for i in l %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}", "{% macro a() %}{% macro b() %}in{% endmacro %}{{ b() }}{% endmacro %}{{ a() }}", "{% macro render(x) %}{% if x is mapping %}{{ '{' }}{% for k, v in x | dictsort %}{{ k }}:{{ render(v) }}{% if not loop.last %},{% endif %}{% endfor %}{{ '}' }}{% elif x is iterable and x is not string %}[{% for v in x %}{{ render(v) }}{% endfor %}]{% else %}{{ x }}{% endif %}{% endmacro %}{{ render(d) }}",
        "{% macro m() %}{{ caller(1, b=2) }}{% endmacro %}{% call(a, b=0) m() %}{{ a }}{{ b }}{% endcall %}", "{{ (1)() }}", "{{ 'x'() }}", "{{ dict(a=1, b='x') }} {{ dict({'a': 1}, b=2) }}", "{% set j = joiner(', ') %}{% for x in l %}{{ j() }}{{ x }}{% endfor %}", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{% macro m(a, a2='d') %}{{ a }}{{ a2 }}{% endmacro %}{% set r = m('x') %}{{ r ~ '!' }}",
    ],
    "text": [
        "{{ '  a b '.strip() }}|{{ '  a '.lstrip() }}|{{ ' a  '.rstrip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'abcba'.strip('ab') }}|{{ '\\n\\nx\\n'.strip('\\n') }}|{{ ' a '.strip(none) }}", "{{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a,b,c'.split(',', 1) }} {{ 'a b c '.split(none, 1) }} {{ ''.split() }} {{ ''.split(',') }} {{ 'a</t>b</t>c'.split('</t>')[-1] }}", "{{ 'a,b,c'.rsplit(',', 1) }} {{ ' a b c '.rsplit(none, 1) }} {{ 'aXXbXXc'.rsplit('XX') }} {{ 'aaa'.split('aa') }} {{ 'aaa'.rsplit('aa') }} {{ 'a b'.split(maxsplit=0) }}", "{{ 'abc'.split('') }}",
        "{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'c')) }} {{ 'abc'.startswith('b', 1) }} {{ 'abc'.startswith('') }} {{ 'abc'.endswith('b', 0, 2) }} {{ 'abc'.startswith('', 5) }}", "{{ 'abc'.startswith(['a']) }}", "{{ 'aXbXc'.replace('X', '-') }} {{ 'aXbXc'.replace('X', '-', 1) }} {{ 'ab'.replace('', '-') }} {{ 'aaa'.replace('aa', 'b') }}", "{{ 'abcb'.find('b') }} {{ 'abcb'.rfind('b') }} {{ 'abc'.find('z') }} {{ 'abc'.index('c') }} {{ 'abcabc'.count('bc') }} {{ 'aaaa'.count('aa') }} {{ 'abc'.count('') }} {{ 'abc'.find('b', 2) }} {{ 'abc'.find('') }} {{ 'abc'.rfind('') }}", "{{ '\U0001f600a'.find('a') }} {{ '\U0001f600\U0001f600'.rfind('\U0001f600') }}", "{{ 'abc'.index('z') }}",
        "{{ 'hello wORLD'.upper() }} {{ 'ABC'.lower() }} {{ 'hello wORLD'.capitalize() }} {{ \"they're bill's 3rd\".title() }} {{ 'aBc'.swapcase() }}", "{{ '\u00df\ufb01 \u0130 \u03a3\u0391\u03a3'.upper() }} {{ '\u0130 \u039f\u0394\u039f\u03a3 \u03a3'.lower() }} {{ '\u01c6\u00df'.capitalize() }} {{ '\u00df'.title() }}", "{{ 'a-b'.partition('-') }} {{ 'ab'.partition('-') }} {{ 'a-b-c'.rpartition('-') }} {{ 'ab'.rpartition('-') }}", "{{ ','.join(['a', 'b']) }} {{ ''.join([]) }} {{ ', '.join('abc') }}", "{{ ','.join([1]) }}", "{{ 'a\\nb\\r\\nc\\x0bd\\n'.splitlines() }} {{ 'a\\nb'.splitlines(true) }}", "{{ 'ab'.ljust(4) }}|{{ 'ab'.rjust(4, '*') }}|{{ 'ab'.center(5) }}|{{ 'a'.center(4) }}|{{ '-4'.zfill(4) }}|{{ 'ab'.center(7, '.') }}|{{ 'abc'.center(6, '.') }}",
        "{{ '12'.isdigit() }} {{ '\u00b2'.isdigit() }} {{ '\u00bd'.isnumeric() }} {{ 'ab'.isalpha() }} {{ 'a1'.isalnum() }} {{ ' '.isspace() }} {{ ''.isspace() }} {{ 'AB'.isupper() }} {{ 'ab1'.islower() }} {{ '1'.islower() }} {{ 'a'.isascii() }} {{ '12'.isdecimal() }}", "{{ 'prefix-x'.removeprefix('prefix-') }} {{ 'x.y'.removesuffix('.y') }}", "{{ '{} {}'.format('a', 1) }} {{ '{1}{0}'.format('a', 'b') }} {{ '{x}'.format(x=3) }} {{ '{{}}'.format() }} {{ '{0[0]} {0.real!r}'.format([7]) if false else '' }} {{ '{a[k]} {b!r}'.format(a={'k': 1}, b='q') }}", "{{ '{}'.format() }}", "{{ s.upper().lower().title() }}", "{{ 'a' 'b'.upper() }}", "{{ s.nope() }}",
        "{{ 'abc' | upper }} {{ 'ABC' | lower }} {{ 'hello wORLD' | capitalize }} {{ 'hello-wORLD (foo) {bar} [x <y 3rd' | title }}", "{{ '  x ' | trim }}|{{ 'xxaxx' | trim('x') }}|{{ 5 | trim }}", "{{ 'abab' | replace('a', 'x') }} {{ 'abab' | replace('a', 'x', 1) }} {{ 123 | replace(2, 'x') }}", "{{ 'a\\nb\\n\\nc' | indent }}|{{ 'a\\nb' | indent(2, true) }}|{{ 'a\\n\\nb' | indent(2, blank=true) }}|{{ 'a\\nb\\n' | indent('> ') }}|{{ '' | indent(2, true) }}|{{ 'a\\n' | indent(2, false, true) }}", "{{ 'foo bar baz qux' | truncate(9) }}|{{ 'foo bar baz qux' | truncate(9, true) }}|{{ 'foo bar baz qux' | truncate(11, false, '', 0) }}|{{ 'foo bar baz' | truncate(5, true, '..', 0) }}|{{ 'ab' | truncate(5) }}", "{{ 'x' | center(5) }}|{{ 'ab' | center(5) }}|", "{{ 'a bc  d_e-f' | wordcount }}", "{{ html | escape }} {{ html | e }} {{ html | safe }} {{ html }}",
        "{{ '%s %s' | format('a', 1) }} {{ '%(x)s' | format(x=2) }} {{ '%.1f' | format(2.25) }} {{ '%.0f %.0f %.2f' | format(0.5, 1.5, 2.675) }}", "{{ 1 | string }} {{ none | string }} {{ [1] | string }} {{ 'a' | string }}", "{{ '42' | int }} {{ ' 42 ' | int }} {{ '4x' | int }} {{ '4.7' | int }} {{ 'ff' | int(base=16) }} {{ '0x1F' | int(0, 16) }} {{ 'x' | int(7) }} {{ 3.99 | int }} {{ -3.99 | int }} {{ none | int }} {{ true | int }} {{ '1_000' | int }} {{ '+5' | int }} {{ '1e3' | int }} {{ 'inf' | int }} {{ [] | int }}", "{{ '1.5' | float }} {{ '1e3' | float }} {{ 'x' | float }} {{ 'x' | float(2) }} {{ 3 | float }} {{ 'inf' | float }} {{ '-nan' | float }} {{ ' 2 ' | float }} {{ '1_0' | float }}",
        "{{ 'abc' | list }} {{ 'abc' | reverse }} {{ 'abc' | first }} {{ 'abc' | last }} {{ 'abc' | length }} {{ '' | first }}|{{ 'abc' | join('-') }}", "{{ '\\x1c a\\x1f' | trim }}|{{ '\\x85a\\u3000'.strip() }}|", "{{ 'a\\\n b' }}", "{{ 'tab\\there' | replace('\\t', ' ') }}", "{{ 'abc' is in 'xabcx' }}",
    ],
    "sequences": [
        "{{ l | sort }} {{ l | sort(reverse=true) }} {{ words | sort }} {{ words | sort(case_sensitive=true) }} {{ people | sort(attribute='age') | map(attribute='name') | list }} {{ people | sort(attribute='age,name') | map(attribute='name') | join(',') }} {{ people | sort(reverse=true, attribute='age') | map(attribute='name') | join(',') }}", "{{ [1, 'a'] | sort }}", "{{ words | unique | list }} {{ words | unique(true) | list }} {{ people | unique(attribute='age') | map(attribute='name') | list }}", "{{ l | min }} {{ l | max }} {{ words | min }} {{ words | max }} {{ [] | min }}| {{ people | max(attribute='age') | attr('name') }}|{{ (people | min(attribute='age')).name }}", "{{ l | sum }} {{ people | sum(attribute='age') }} {{ [[1], [2]] | sum(start=[]) }} {{ [0.1] * 3 | sum }}",
        "{{ l | first }} {{ l | last }} {{ [] | first }}| {{ [] | last }}| {{ d | first }} {{ d | last }}", "{{ l | reverse | list }} {{ 'abc' | reverse }} {{ (1, 2) | reverse | list }}", "{{ l | join }} {{ l | join(', ') }} {{ people | join('+', attribute='name') }} {{ [1, none, true, 'x', undefinedthing] | join('|') }}", "{{ l | length }} {{ l | count }} {{ d | length }} {{ range(5) | length }} {{ 'h\U0001f600' | length }}", "{{ 5 | length }}", "{{ none | length }}", "{{ l | map('string') | length }}", "{{ l | map('string') | list }} {{ people | map(attribute='tags') | list }}", "{{ people | map(attribute='nope', default='-') | join }} {{ people | map(attribute='tags.0', default='-') | list }}", "{{ people | map(attribute='nope.deeper') | list }}", "{{ words | map('upper') | join }} {{ words | map('replace', 'a', 'z') | join }} {{ ['1', '2'] | map('int') | sum }} {{ [[1,2],[3]] | map('length') | list }}", "{{ l | map | list }}", "{{ l | map('nope') | list }}",
        "{{ l | select('odd') | list }} {{ l | select('gt', 1) | list }} {{ [0, 1, ''] | select | list }} {{ l | reject('odd') | list }} {{ l | select('in', [1, 2]) | list }} {{ l | select('equalto', 2) | list }}", "{{ people | selectattr('age', 'equalto', 30) | map(attribute='name') | list }} {{ people | selectattr('tags') | list | length }} {{ people | rejectattr('tags') | map(attribute='name') | list }} {{ people | selectattr('tags', 'defined') | list | length }} {{ people | rejectattr('age', '==', 30) | map(attribute='name') | join }} {{ messages | selectattr('role', 'eq', 'user') | map(attribute='content') | first }}", "{{ l | select('nope') | list }}", "{{ d | dictsort }} {{ d | dictsort(reverse=true) | map('first') | list }} {{ {'x': 2, 'y': 1} | dictsort(by='value') }} {{ {'B': 1, 'a': 2} | dictsort }} {{ {'B': 1, 'a': 2} | dictsort(true) }}", "{{ d | items | list }} {{ {} | items | list }}", "{{ none | items | list }}", "{{ d | list }}", "{{ 5 | list }}",
        "{{ [1,2,3,4,5] | batch(2) | list }} {{ [1,2,3] | batch(2, 'x') | list }} {{ [1,2,3,4,5] | slice(3) | list }} {{ [1,2,3,4] | slice(3, 'x') | list }}", "{{ people | groupby('age') | length }} {{ people | groupby('tags.0', default='-') | map('first') | list }} {{ ['b', 'A', 'a'] | groupby('0') | map('first') | list }}", "{% set g = l | map('string') %}{{ g | list }}{{ g | list }}", "{% set g = l | map('string') %}{{ g | first }}{{ g | list }}", "{{ l | map('string') }}" if False else "{{ l | map('string') | last }}", "{{ l | map('string') | reverse }}", "{{ (l | map('string'))[0] }}|", "{{ d | map('upper') | list }}", "{{ l | list | tojson }} {{ range(3) | list | tojson }}", "{{ l is sequence }} {{ l | map('string') is sequence }} {{ l | map('string') is iterable }} {{ range(2) is sequence }} {{ d.items() is sequence }}", "{{ people[0] | attr('name') }}|{{ ns | attr('x') | default('u') if false else '' }}", "{{ [3, 1] | sort | first }}{{ ([1, 2, 3] | select('odd') | list)[1] }}", "{{ range(100001) | length }}", "{{ range(0, 10, 0) }}", "{{ [true, 1, 1.0, 'a'] | unique | list }}",
    ],
    "tests": [
        "{{ 1 is number }} {{ true is number }} {{ 'a' is number }} {{ 1.0 is float }} {{ 1 is integer }} {{ true is integer }} {{ true is boolean }} {{ 1 is boolean }} {{ true is true }} {{ 1 is true }} {{ false is false }} {{ 0 is false }}", "{{ 'a' is string }} {{ 1 is string }} {{ d is mapping }} {{ l is mapping }} {{ l is iterable }} {{ 'a' is iterable }} {{ 1 is iterable }} {{ d is sequence }} {{ 'a' is sequence }} {{ none is none }} {{ none is sequence }}", "{{ 2 is even }} {{ 3 is odd }} {{ 6 is divisibleby 3 }} {{ 6 is divisibleby(4) }} {{ -3 is odd }}", "{{ 1 is eq 1 }} {{ 1 is equalto(2) }} {{ 1 is ne 2 }} {{ 1 is lt 2 }} {{ 1 is ge 1 }} {{ 2 is greaterthan 1 }} {{ 1 is in [1] }} {{ 5 is not in [1] }} {{ 'a' is lower }} {{ 'A' is upper }}", "{{ x is not defined }} {{ not x is defined }} {{ x is defined and 1 }} {{ x is defined or 1 }} {{ 'y' if x is defined else 'n' }}", "{{ 1 is nope }}", "{{ 1 is string is string }}", "{{ range is callable }} {{ 1 is callable }} {{ s is sameas s }} {{ none is sameas none }} {{ 1 is sameas true }}", "{{ 'upper' is filter }} {{ 'nope' is filter }} {{ 'odd' is test }}", "{{ n is none and f is false }} {{ l is defined and l[0] is number }}", "{{ 'x' is escaped }} {{ 4 is even is defined }}" if False else "{{ 'x' is escaped }}", "{{ 'a' is even }}", "{{ 1 is eq(1) and 2 is eq 2 }} {{ 1 is divisibleby 0 }}", "{{ (1 is string) is false }}", "{{ not 1 is string }}", "{{ 1 is not string }}", "{{ messages[0].role is eq 'system' }}", "{{ 3 is in [1,2] or true }}",
    ],
    "json": [
        "{{ d | tojson }}", "{{ d | tojson(indent=2) }}", "{{ l | tojson(indent=0) }}", "{{ d | tojson(indent='->') }}", "{{ u | tojson }} {{ u | tojson(ensure_ascii=true) }}", "{{ {'b': 1, 'a': {'d': 1, 'c': 2}} | tojson(sort_keys=true) }}", "{{ l | tojson(separators=(',', ':')) }} {{ d | tojson(separators=(',', ':'), indent=1) }}", "{{ [none, true, false, 1, 1.0, 1e100, 0.1, 'x', (1, 2), {}, []] | tojson }}", "{{ '\\\"\\\\/\\b\\f\\n\\r\\t\\x00\\x1f\\x7f\\u2028<>&' | tojson }}", "{{ {1: 2, none: 3, true: 4, 1.5: 5} | tojson }}", "{{ [{}, [], {'a': []}] | tojson(indent=2) }}", "{{ range(3) | tojson }}", "{{ html | tojson }}", "{{ big | tojson }} {{ ('inf' | float) | tojson }} {{ ('nan' | float) | tojson }}", "{{ d.items() | tojson }}", "{{ [x] | tojson }}", "{{ d | tojson(none, 4) }}", "{{ '\\x7f\\xe9' | tojson(true) }}", "{{ {'a': 1} | tojson(indent=true) }}", "{{ people | tojson(indent=4) | replace('\\n', '\\n  ') }}", "{{ {2: 1, 1: 2} | tojson(sort_keys=true) }}", "{{ {'a': 1, 2: 1} | tojson(sort_keys=true) }}", "{{ messages | tojson }}",
    ],
    "functions": [
        "{{ strftime_now('%Y-%m-%d %H:%M:%S') }} {{ strftime_now('%d %b %Y') }} {{ strftime_now('%A %B %-d %j %U %W %V %G %u %w %y %I %p %%') }} {{ strftime_now('%e|%k|%l|%D|%F|%T|%R|%h|%C|%x|%X|%c|%f|%Z|%z|%n|%t|') }} {{ strftime_now('%-m/%-d/%y %-I:%M') }} {{ strftime_now('%^a %_d') }} {{ strftime_now('') }}", "{{ raise_exception('no') }}", "{{ raise_exception() }}", "{% if false %}{{ raise_exception('x') }}{% endif %}ok", "{{ range(3) | list }} {{ range(1, 3) | list }} {{ range(10, 0, -3) | list }}", "{{ range() }}", "{{ range('a') }}", "{{ namespace(1) }}", "{{ strftime_now }}" if False else "{{ strftime_now is defined }} {{ raise_exception is defined }}", "{{ dict(1) }}", "{{ nope() }}", "{{ d.nope() }}",
    ],
    "where_javascript_differs": [
        "{{ none | trim }}|{{ x | trim }}", "{{ {'a': 1e-7, 'b': 2.0, 'c': 1e16} | tojson }} {{ 2.0 }} {{ 1e-7 }}", "{{ 'a' + {} }}", "{{ 'a' + none }}", "{{ 'a' + 1 }}", "{{ x | tojson }}", "{% for i in x %}{% endfor %}ok", "{% for i in none %}{% endfor %}",
        "{{ 7 // 2 * 2.0 }} {{ 1 / 2 }} {{ 4 / 2 }} {{ -7 % 3 }}", "{{ 'Aß'.upper() }} {{ '😀x'[0] }} {{ '😀' | length }}", "{{ [1, 2] == [1, 2] }} {{ {'a': 1} == {'a': 1} }} {{ 1 == true }} {{ '' == none }}", "{{ none ~ true ~ 1.0 }}", "[{{ ' \\n x \\n '.strip('\\n') }}] [{{ '\\n x \\n'.strip('\\n') }}] [{{ '\\n x'.lstrip('\\n') }}] [{{ 'x \\n'.rstrip('\\n') }}]",
        "{{ d }} {{ [none, true, 'x'] }}", "{{ [3, 1] | sort }} {{ 'b,a'.split(',') | sort }}",
    ],
    "syntax": [
        "{{ }}", "{% %}", "{{ 1", "{% if true %}", "{% endif %}", "{% if true %}{% else %}{% else %}{% endif %}", "{{ 'a }}", "{{ a b }}", "{{ 1 + }}", "{{ (1 }}", "{{ [1 }}", "{{ 1) }}", "{{ {1} }}", "{% for %}{% endfor %}", "{% for x l %}{% endfor %}", "{% set %}", "{% set 1 = 2 %}", "{% nope %}", "{# x", "{% raw %}x", "{{ $ }}", "{{ a ! b }}", "{% include 'x' %}", "{% extends 'x' %}", "{% import 'x' as y %}", "{% from 'x' import y %}", "{{ a. }}", "{{ a.b.c | }}", "{{ a is }}", "{{ a | nope }}", "{% macro %}{% endmacro %}", "{% call x %}{% endcall %}", "{% do x %}", "{{ a[ }}", "{{ f(a=1, 2) }}", "{{ f(*a, 2) }}", "{% elif x %}", "{% for x in y %}{% endif %}", "{{ 1 if }}", "{{ not }}", "{{ 'a' 'b' }}", "{{ 1..2 }}", "{{ 1.x }}", "{% if x = 1 %}{% endif %}", "{{ '\\x4' }}", "{{ '\\N{BULLET}' }}" if False else "x", "}} %} #}", "{{ a.1b }}", "{{ a?b }}", "{%- endfor -%}", "{{ '\\ud800' }}" if False else "y",
    ],
}


def setup():
    class Generation(jinja2.ext.Extension):
        """AssistantTracker of transformers, without the tracking."""

        tags = {"generation"}

        def parse(self, parser):
            line = next(parser.stream).lineno
            body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
            return jinja2.nodes.CallBlock(self.call_method("_write", []), [], [], body).set_lineno(line)

        def _write(self, caller):
            return caller()

    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
    environment.filters["tojson"] = tojson
    environment.globals["raise_exception"] = raise_exception
    environment.globals["strftime_now"] = lambda format: NOW.strftime(format)
    return environment


def main():
    environment = setup()
    groups = {}
    for name, templates in GROUPS.items():
        groups[name] = []
        for template in templates:
            entry = {"template": template}
            try:
                entry["text"] = environment.from_string(template).render(**V)
            except Exception as error:  # what Python raises is not what is compared, only that it does
                entry["fails"] = f"{type(error).__name__}: {error}"[:160]
            groups[name].append(entry)
    document = {"jinja2": jinja2.__version__, "variables": V, "groups": groups}
    pathlib.Path("jinja.json").write_text(json.dumps(document, indent=1, ensure_ascii=True) + "\n")
    print(sum(map(len, groups.values())), "cases,", sum("fails" in e for g in groups.values() for e in g), "of them fail")


if __name__ == "__main__":
    main()
