using System.Diagnostics;
using Thaw.Learning.Jinja;

namespace Thaw.Learning.Tests.Jinja;

/// <summary>What templates from strangers may not do: run for ever, fill the memory, end the process.</summary>
public class LimitTests
{
    private static readonly JinjaLimits s_small = new() { Steps = 200_000, Characters = 1_000_000 };

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{{ range(99999) | map('string') | map('upper') | map('lower') | map('trim') | list }}", "")]
    [InlineData("{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", "characters")]
    [InlineData("{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", "characters")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}", "steps")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}", "")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l | tojson }}", "")]
    [InlineData("{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(99) %}{% set ns.a = [ns.a, ns.a] %}{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}", "steps")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}", "nested more than 200")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l | tojson }}", "nested more than 200")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ [ns.l] == [[ns.l]] }}", "nested more than 200")]
    [InlineData("{% set ns = namespace() %}{% set ns.me = ns %}{{ ns }}", "nested more than 200")]
    [InlineData("{% set ns = namespace() %}{% set ns.me = [ns] %}{{ ns.me }}", "nested more than 200")]
    [InlineData("{{ 'x' * 999999999999 }}", "characters")]
    [InlineData("{{ [0] * 999999999999 }}", "steps")]
    [InlineData("{{ 'x'.ljust(999999999) }}", "characters")]
    [InlineData("{{ 'x'.zfill(999999999) }}", "characters")]
    [InlineData("{{ 'x' | center(999999999) }}", "characters")]
    [InlineData("{{ 'x\\nx' | indent(999999999) }}", "characters")]
    [InlineData("{{ '%999999999d' % 1 }}", "more than 10000 places")]
    [InlineData("{{ '%.999999999f' % 1 }}", "more than 300 places")]
    [InlineData("{{ [[[[1]]]] | tojson(indent=999999999) }}", "characters")]
    [InlineData("{{ ('x' * 999).replace('', 'y' * 9999) }}", "characters")]
    [InlineData("{{ ('x' * 9999).join('y' * 9999) }}", "characters")]
    [InlineData("{{ ('x' * 900000) | list }}", "")]
    [InlineData("{{ [1] | batch(999999999, 0) | list }}", "steps")]
    [InlineData("{{ [1] | slice(999999999) | list }}", "steps")]
    [InlineData("{{ 9 ** 99999 }}", "4300 digits")]
    [InlineData("{% set ns = namespace(n=3) %}{% for i in range(99) %}{% set ns.n = ns.n * ns.n %}{% endfor %}", "4300 digits")]
    [InlineData("{{ range(999999999) | list }}", "range of more than")]
    [InlineData("{{ 1.5 | round(999999999) }}", "300 digits")]
    [InlineData("{% for i in range(99999) %}{% set m = 1.7e308 | round(300) %}{% endfor %}", "steps")]
    [InlineData("{% set n = 9 ** 4000 %}{% for i in range(99999) %}{% set m = n // 7 %}{% endfor %}", "steps")]
    [InlineData("{% set n = '9' * 4000 %}{% for i in range(99999) %}{% set m = n | int %}{% endfor %}", "steps")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "calls inside each other")]
    [InlineData("{% macro m() %}{% call m() %}{% endcall %}{{ caller() if false }}{% endmacro %}{{ m() }}", "calls inside each other")]
    [InlineData("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "calls inside each other")]
    [InlineData("{% set s = 'a' * 200000 %}{% set t = 'a' * 199999 ~ 'b' %}{% for i in range(9999) %}{{ '' if s == t }}{% endfor %}", "steps")]
    [InlineData("{% set s = 'a' * 400000 %}{% for i in range(9999) %}{{ '' if 'b' in s }}{% endfor %}", "steps")]
    [InlineData("{% set s = 'a' * 400000 %}{% for i in range(9999) %}{{ s[9] }}{% endfor %}", "steps")]
    [InlineData("{% set s = 'a' * 400000 %}{% set d = {s: 1} %}{% for i in range(9999) %}{{ d[s] }}{% endfor %}", "steps")]
    public void Render_AskingForTooMuch_IsRefusedSoon(string template, string cause)
    {
        var watch = Stopwatch.StartNew();
        var error = Jinja.Fails(template, limits: s_small);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);

        // Two hundred thousand steps take milliseconds; the bound only tells an end from none.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Render_ASearchThatIsQuadraticWhenDoneNaively_EndsSoon()
    {
        var watch = Stopwatch.StartNew();
        Assert.Equal("-1", Jinja.Render("{{ ('a' * 4000000).find('a' * 200000 ~ 'b') }}"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("-", "")]
    [InlineData("not ", "")]
    [InlineData("{1:", "}")]
    [InlineData("a[", "]")]
    [InlineData("a(", ")")]
    [InlineData("a if a else ", "")]
    public void Parse_NestedTooDeeply_IsRefused(string opening, string closing)
    {
        const int Levels = 100_000;
        var error = Jinja.Fails("{{ " + string.Concat(Enumerable.Repeat(opening, Levels)) + "1" + string.Concat(Enumerable.Repeat(closing, Levels)) + " }}");
        Assert.Contains("levels inside each other", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% if 1 %}")]
    [InlineData("{% for a in [1] %}")]
    [InlineData("{% set a %}")]
    [InlineData("{% macro a() %}")]
    public void Parse_BlocksNestedTooDeeply_AreRefused(string part)
    {
        var error = Jinja.Fails(string.Concat(Enumerable.Repeat(part, 100_000)));
        Assert.Contains("levels inside each other", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", " + 1")]
    [InlineData("1", " | abs")]
    [InlineData("a", ".a")]
    [InlineData("a", "[0]")]
    [InlineData("a", "()")]
    [InlineData("1", " and 1")]
    public void Render_AChainTooLongForTheStack_IsRefusedAndEndsNoProcess(string first, string link)
    {
        var template = "{{ " + first + string.Concat(Enumerable.Repeat(link, 100_000)) + " }}";
        JinjaException? error = null;
        var thread = new Thread(() => error = Assert.Throws<JinjaException>(() => Jinja.Render(template)), maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
        Assert.Contains("nested too deeply", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OrdinaryWork_StaysFarBelowTheLimits()
    {
        // A megabyte of conversation, looked at from both ends as Qwen's templates do.
        var text = "{% for m in range(100) %}{% set c = 'word ' * 2000 %}{% if c.startswith('<x>') and c.endswith('</x>') or '</think>' in c %}{% endif %}{{ c | trim }}{% endfor %}";
        Assert.Equal(100 * 9_999, Jinja.Render(text).Length);
    }

    [Theory]
    [InlineData("{{ ''.__class__.__mro__ }}")]
    [InlineData("{{ messages.__init__.__globals__ }}")]
    [InlineData("{{ ''['__class__']['__base__'] }}")]
    [InlineData("{{ range.__self__.x }}")]
    [InlineData("{{ [].append(1) }}")]
    [InlineData("{{ {}.update({}) }}")]
    [InlineData("{{ self.x.y }}")]
    [InlineData("{{ cycler.__init__.__globals__.os.popen('id').read() }}")]
    [InlineData("{% include '/etc/passwd' %}")]
    [InlineData("{% import 'os' as os %}")]
    [InlineData("{{ '{0.__class__.__base__}'.format('') }}")]
    [InlineData("{{ 'a' | attr('__class__') | attr('x') }}")]
    public void Render_TheWaysOutOfASandbox_AreClosed(string template) => Jinja.Fails(template, """{"messages":[]}""");
}
