using System.Text;
using Thaw.Core.Randomness;
using Thaw.Learning.Jinja;

namespace Thaw.Learning.Tests.Jinja;

/// <summary>Templates that are broken in every way end in a text or in one kind of exception.</summary>
public class FuzzTests
{
    private static readonly JinjaLimits s_limits = new() { Steps = 50_000, Characters = 500_000, Calls = 20 };

    private static readonly string[] s_pieces =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "~", "*", "**", "/", "//", "%", "|", ".", ",", ":", "=", "==", "<", ">", "(", ")", "[", "]",
        "{", "}", "'", "\"", "\\", " ", "\n", "\t", "0", "1", "9999999999999999999", "1e308", "-1", "0x", "if ", "else", "elif ", "endif", "for ",
        "endfor", "in ", "not ", "is ", "and ", "or ", "set ", "endset", "macro ", "endmacro", "call ", "endcall", "raw", "endraw", "filter ",
        "endfilter", "with ", "endwith", "block ", "endblock", "break", "continue", "recursive", "generation", "endgeneration", "messages", "loop",
        "loop.index", "loop(", "namespace(", "range(", "caller()", "x", "ns.x", "none", "true", "tojson", "map(", "select(", "sort", "groupby(",
        "indent(", "replace(", "format(", "split(", "join(", "length", "items()", "[0]", "[1]", "[-4]", "[3]", "[::-1]", "l", "s", "u", "d", "people",
        "big", "pi", "n", "text", "words", ".strip(", ".find(", ".rsplit(", "round(", "batch(", "slice(", "int", "float", "title", "truncate(", "%s",
        "last", "first", "min", "unique", "sum", "dictsort", "reverse", "list", "\ud83d", "\u0130",
    ];

    [Fact]
    public void Render_RandomTemplates_EndsInATextOrOneKindOfException()
    {
        var random = SplitMix64.For(3, "jinja/random");
        for (var i = 0; i < 6_000; i++)
        {
            Try(string.Concat(Enumerable.Range(0, 1 + random.NextInt(30)).Select(_ => s_pieces[random.NextInt(s_pieces.Length)])));
        }
    }

    [Fact]
    public void Render_MutatedTemplates_EndsInATextOrOneKindOfException()
    {
        var random = SplitMix64.For(5, "jinja/mutated");
        var templates = GoldenTemplates.Groups.SelectMany(GoldenTemplates.Of).Select(golden => golden.Template).Where(template => template.Length > 0).ToList();
        for (var i = 0; i < 6_000; i++)
        {
            var text = new StringBuilder(templates[random.NextInt(templates.Count)]);
            for (var change = 0; change < 1 + random.NextInt(4); change++)
            {
                var at = random.NextInt(text.Length + 1);
                switch (random.NextInt(4))
                {
                    case 0:
                        text.Insert(at, s_pieces[random.NextInt(s_pieces.Length)]);
                        break;
                    case 1:
                        text.Remove(at, Math.Min(text.Length - at, 1 + random.NextInt(6)));
                        break;
                    case 2:
                        text.Length = at;
                        break;
                    default:
                        var other = templates[random.NextInt(templates.Count)];
                        text.Append(other.AsSpan(random.NextInt(other.Length)));
                        break;
                }
            }

            Try(text.ToString());
        }
    }

    private static void Try(string template)
    {
        try
        {
            Jinja.Render(template, GoldenTemplates.Variables, s_limits);
        }
        catch (JinjaException error)
        {
            Assert.StartsWith("t:", error.Message, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{error.GetType().Name} from {template}: {error}");
        }
    }
}
