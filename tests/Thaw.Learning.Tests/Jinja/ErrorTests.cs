namespace Thaw.Learning.Tests.Jinja;

/// <summary>Every complaint says where and why.</summary>
public class ErrorTests
{
    [Theory]
    [InlineData("{{ x.y }}", "t:1:6: 'x' is undefined")]
    [InlineData("a\nb {{ 1 +\n  none }}", "t:2:8: '+' is not supported between int and NoneType")]
    [InlineData("\n\n  {% if true %}", "t:3:16: '{% endif %}' is expected, not the end of the template")]
    [InlineData("{{ 'a' | uper }}", "t:1:10: unknown filter 'uper'; the nearest known one is 'upper'")]
    [InlineData("{{ 1 is numbr }}", "t:1:9: unknown test 'numbr'; the nearest known one is 'number'")]
    [InlineData("{% bloc %}", "t:1:4: there is no tag 'bloc'")]
    [InlineData("{{ 'abc }}", "t:1:4: this string has no end")]
    [InlineData("x {# y", "t:1:3: this comment has no end")]
    [InlineData("x {% raw %} y", "t:1:3: this raw block has no end")]
    [InlineData("{{ (1 }}", "t:1:7: unexpected '}'")]
    [InlineData("{{ $ }}", "t:1:4: unexpected character '$'")]
    [InlineData("{{ [].append(1) }}", "t:1:13: 'append' would change a list, which templates may not")]
    [InlineData("{% set d.x = 1 %}", "t:1:4: 'd' is no namespace, so 'x' cannot be set on it")]
    [InlineData("{% include 'x' %}", "t:1:4: 'include' needs another template, and there is none")]
    [InlineData("{{ 'a' | replace('b') }}", "t:1:10: filter 'replace' needs an argument 'new'")]
    [InlineData("{{ 'a' | trim(chars='x', chars='y') }}", "t:1:10: filter 'trim' is given 'chars' twice")]
    [InlineData("{{ 'a' | upper(1) }}", "t:1:10: filter 'upper' takes at most 0 arguments, not 1")]
    [InlineData("{% for a, b in [[1]] %}{% endfor %}", "t:1:4: too few values: 2 names are to be set")]
    public void Message_OfAFailure_NamesPlaceAndCause(string template, string message) => Assert.Equal(message, Jinja.Fails(template).Message);

    [Fact]
    public void RaiseException_IsTheTemplatesOwnRefusal()
    {
        var error = Jinja.Fails("a\n{{ raise_exception('Roles must alternate') }}");
        Assert.True(error.IsRaisedByTemplate);
        Assert.Equal(("t", 2, 19, "Roles must alternate"), (error.Template, error.Line, error.Column, error.Cause));
        Assert.False(Jinja.Fails("{{ 1 / 0 }}").IsRaisedByTemplate);
    }

    [Fact]
    public void Print_OfAFunction_IsRefused() => Assert.Contains("a function cannot be printed", Jinja.Fails("{{ d.items }}", """{"d":{}}""").Message, StringComparison.Ordinal);
}
