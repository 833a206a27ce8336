using System.Text;
using System.Text.RegularExpressions;
using Thaw.Core.Reports;

namespace Thaw.Core.Tests.Reports;

public class HtmlReportTests
{
    public const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)><!-- {{data}} \ud800";

    [Fact]
    public void Write_HostileTextEverywhere_NeverLeavesTheDataOrItsElement()
    {
        var page = Page(HostileStudy());

        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<!-- {{", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SampleStudy_NamesNothingToFetch()
    {
        var page = Page(SampleReport.Study());

        Assert.DoesNotMatch("""(src|href)="(?!#|data:,)""", page);
        Assert.DoesNotContain("sourceMappingURL", page, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SampleStudy_ShowsThePapersNumbersUnderOurs()
    {
        var rows = Regex.Matches(Page(SampleReport.Study()), "<tr class=\"paper\">.*?</tr>").Select(match => match.Value).ToList();

        Assert.Equal(3, rows.Count);
        Assert.Contains("paper, Qwen2.5-7B</th><td>0.98</td><td>0.00</td><td>0.00</td><td class=\"none\"", rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_CultureWithCommas_ChangesNothing() =>
        Assert.Equal(Page(SampleReport.Study()), CommaCulture.Run(() => Page(SampleReport.Study())));

    [Fact]
    public void Write_NothingButAStamp_StillMakesAPage()
    {
        var page = Page(new ReportModel { Stamp = SampleReport.Stamp(), Task = "points", Splits = [], Arms = [] });

        Assert.Contains("No findings were computed.", page, StringComparison.Ordinal);
        Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LossThatIsNotFinite_IsLeftOut()
    {
        var study = SampleReport.Study();
        var arm = study.Arms[1] with { Losses = [new LossPoint(1, 1.5, 1e-3), new LossPoint(2, double.NaN, 1e-3)] };

        Assert.Contains("""losses":[{"step":1,"loss":1.5,"learningRate":0.001}]""", Page(study with { Arms = [arm] }), StringComparison.Ordinal);
    }

    public static string Page(ReportModel model)
    {
        using var stream = new MemoryStream();
        HtmlReport.Write(model, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The sample study with hostile text in every place that a model or a user can fill.</summary>
    public static ReportModel HostileStudy()
    {
        var study = SampleReport.Study();
        var turn = new SampleTurn(Hostile, Hostile, Hostile, Hostile, false, Hostile);
        return study with
        {
            Stamp = study.Stamp with { Title = Hostile, Configuration = Hostile, CommandLine = Hostile, Device = Hostile },
            Arms = [study.Arms[0] with { Name = Hostile, Description = Hostile }, .. study.Arms.Skip(1)],
            Episodes = [new SampleEpisode("frozen-answer", "id", Hostile, Hostile, Hostile, false, [turn])],
            Findings = [Hostile],
            Warnings = [Hostile],
            Deviations = [Hostile],
        };
    }
}
