using Thaw.Learning.Jinja;

namespace Thaw.Learning.Tests.Jinja;

/// <summary>Against what Jinja2 itself made of the templates of <c>tests/golden/templates/make_jinja.py</c>.</summary>
public class GoldenJinjaTests
{
    private const string Failure = "an error";

    public static TheoryData<string> Groups { get; } = [.. GoldenTemplates.Groups];

    [Theory]
    [MemberData(nameof(Groups))]
    public void Render_Templates_GivesWhatJinja2Gives(string group)
    {
        var differences = GoldenTemplates.Of(group)
            .Select(golden => (golden.Template, Expected: golden.Text ?? Failure, Actual: Render(golden.Template)))
            .Where(golden => golden.Expected != golden.Actual)
            .Select(golden => $"{golden.Template}\n  expected {golden.Expected}\n  actual   {golden.Actual}")
            .ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static string Render(string template)
    {
        try
        {
            return Jinja.Render(template, GoldenTemplates.Variables);
        }
        catch (JinjaException)
        {
            return Failure;
        }
    }
}
