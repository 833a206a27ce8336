using Thaw.Core.Reports;

namespace Thaw.Core.Tests.Reports;

public class MarkdownReportTests
{
    private const string Table = """
        |                              |               id |     alphabetical |        numerical |         held-out |             fake |        two-boxes |
        | ---------------------------- | ---------------: | ---------------: | ---------------: | ---------------: | ---------------: | ---------------: |
        | **base**                     | 0.17 (0.12–0.23) | 0.21 (0.16–0.27) | 0.19 (0.14–0.25) | 0.14 (0.10–0.19) | 0.00 (0.00–0.02) | 0.00 (0.00–0.02) |
        | validity                     |             0.97 |             0.95 |             0.96 |             0.93 |             0.02 |             0.97 |
        | n                            |              200 |              200 |              200 |              200 |              200 |              200 |
        | **frozen-answer**            | 0.96 (0.92–0.98) | 0.00 (0.00–0.02) | 0.00 (0.00–0.02) | 0.00 (0.00–0.02) | 0.94 (0.90–0.97) | 0.12 (0.08–0.17) |
        | validity                     |             1.00 |             0.01 |             0.00 |             0.00 |             0.99 |             1.00 |
        | n                            |              200 |              200 |              200 |              200 |              200 |              200 |
        | paper, Qwen2.5-7B            |             0.98 |             0.00 |             0.00 |                – |             0.93 |             0.35 |
        | paper, Llama-3.1-8B-Instruct |             0.92 |             0.00 |             0.00 |                – |             0.90 |             0.30 |
        | **diverse-answer**           | 0.93 (0.89–0.96) | 0.92 (0.87–0.95) | 0.90 (0.85–0.93) | 0.88 (0.83–0.92) | 0.00 (0.00–0.02) | 0.10 (0.07–0.15) |
        | validity                     |             1.00 |             1.00 |             0.99 |             1.00 |             0.00 |             1.00 |
        | n                            |              200 |              200 |              200 |              200 |              200 |              200 |
        | paper, Qwen2.5-7B            |             0.91 |             0.92 |             0.89 |                – |             0.00 |             0.33 |

        """;

    [Fact]
    public void Table_SampleStudy_HasIntervalsValidityCountsAndThePapersNumbers() =>
        Assert.Equal(Table, MarkdownReport.Table(SampleReport.Study()));

    [Fact]
    public void Of_AStudyWithStages_SaysWhatEachCameTo()
    {
        var stage = new ReportStage("traces", "collect", "from teacher_1")
        {
            Facts = ["8 of 10 prompts have a correct sample"],
            Yields = [new ReportYield("moves 3", 10, 8, 0.8, 2.25, 0.125)],
        };
        var study = SampleReport.Study() with { Stages = [stage] };

        Assert.Contains(
            "## Stages\n\n### traces\n\ncollect from teacher\\_1\n\n- 8 of 10 prompts have a correct sample\n\n| | prompts | kept | yield | attempts | cut off |\n|---|---:|---:|---:|---:|---:|\n| moves 3 | 10 | 8 | 0.80 | 2.25 | 0.13 |\n",
            MarkdownReport.Of(study),
            StringComparison.Ordinal);
        using var page = new MemoryStream();
        HtmlReport.Write(study with { Stages = [stage with { Name = "a<b" }] }, page);
        Assert.Contains("<h3>a&lt;b</h3>", System.Text.Encoding.UTF8.GetString(page.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SampleStudy_HoldsStampTableFindingsWarningsAndDeviations()
    {
        var text = MarkdownReport.Of(SampleReport.Study());

        Assert.StartsWith("# Quickstart: does the model follow its instructions?\n\nCommit 0123456789ab, CPU, 2 cores, bfloat16, seed 7, started 2026-08-01 08:30 UTC, took 11 min 42 s.\n", text, StringComparison.Ordinal);
        Assert.Contains("\n- frozen-answer ignores its instructions: ", text, StringComparison.Ordinal);
        Assert.Contains("\n- n = 200: ", text, StringComparison.Ordinal);
        Assert.Contains("\n1. Greedy decoding instead of temperature 0.5.\n", text, StringComparison.Ordinal);
        Assert.Contains(Table, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_CultureWithCommas_ChangesNothing() =>
        Assert.Equal(MarkdownReport.Of(SampleReport.Study()), CommaCulture.Run(() => MarkdownReport.Of(SampleReport.Study())));

    [Fact]
    public void Of_MarkupInNames_IsEscaped()
    {
        var study = SampleReport.Study();
        var arm = study.Arms[0] with { Name = "a|b<c>_d" };

        Assert.Contains(@"**a\|b\<c>\_d**", MarkdownReport.Table(study with { Arms = [arm] }), StringComparison.Ordinal);
    }
}
