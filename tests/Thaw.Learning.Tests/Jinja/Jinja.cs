using System.Text.Json;
using Thaw.Learning.Jinja;
using Thaw.Learning.Templates;

namespace Thaw.Learning.Tests.Jinja;

/// <summary>Templates rendered in one line.</summary>
internal static class Jinja
{
    public static string Render(string template, string variables = "{}", JinjaLimits? limits = null) => Run(template, variables, limits).Result;

    public static Rendering Run(string template, string variables = "{}", JinjaLimits? limits = null)
    {
        using var json = JsonDocument.Parse(variables);
        return JinjaTemplate.Parse(template, "t").Render(
            json.RootElement.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, JsonValues.Read(member.Value, member.Name))),
            FixedClock.Instance,
            limits ?? JinjaLimits.Default);
    }

    public static JinjaException Fails(string template, string variables = "{}", JinjaLimits? limits = null) =>
        Assert.Throws<JinjaException>(() => Render(template, variables, limits));
}
