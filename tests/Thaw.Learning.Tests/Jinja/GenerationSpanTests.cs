namespace Thaw.Learning.Tests.Jinja;

public class GenerationSpanTests
{
    [Fact]
    public void Generation_InALoop_MarksWhatItWrote()
    {
        var run = Jinja.Run("{% for x in ['ab', '', 'c'] %}<{% generation %}{{ x }}!{% endgeneration %}>{% endfor %}");
        Assert.Equal("<ab!><!><c!>", run.Result);
        Assert.Equal(["ab!", "!", "c!"], run.Spans.Select(span => run.Result[span]));
        Assert.Null(run.LostSpan);
    }

    [Fact]
    public void Generation_WithoutText_MarksNothing() => Assert.Empty(Jinja.Run("a{% generation %}{% endgeneration %}b").Spans);

    [Fact]
    public void Generation_InACapturedText_HasNoPlaceInTheResult()
    {
        var run = Jinja.Run("{% set a %}x{% generation %}y{% endgeneration %}{% endset %}{{ a }}");
        Assert.Equal("xy", run.Result);
        Assert.Empty(run.Spans);
        Assert.Equal((1, 16), (run.LostSpan!.Value.Line, run.LostSpan.Value.Column));
    }
}
