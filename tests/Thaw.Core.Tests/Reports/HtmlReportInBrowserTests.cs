using Microsoft.Playwright;
using Thaw.Core.Reports;

namespace Thaw.Core.Tests.Reports;

public sealed class HtmlReportInBrowserTests(ReportBrowser browser) : IClassFixture<ReportBrowser>
{
    // Counts canvases on which something is drawn: shrunk to 16×16, some pixel is not transparent.
    private const string DrawnCanvases = """
        () => [...document.querySelectorAll('canvas')].filter(canvas => {
          const small = new OffscreenCanvas(16, 16).getContext('2d');
          small.drawImage(canvas, 0, 0, 16, 16);
          return canvas.width > 50 && small.getImageData(0, 0, 16, 16).data.some((value, i) => i % 4 === 3 && value > 0);
        }).length
        """;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Open_SampleStudy_HasNoComplaintAndNoRequest(ColorScheme scheme)
    {
        await using var report = await browser.OpenAsync(SampleReport.Study(), new() { ColorScheme = scheme });

        Assert.Equal("Quickstart: does the model follow its instructions?", await report.Page.TitleAsync());
        Assert.Empty(report.Complaints);
        Assert.Empty(report.Requests);
    }

    [Fact]
    public async Task Open_SampleStudy_DrawsEveryChart()
    {
        await using var report = await browser.OpenAsync(SampleReport.Study());

        // Success and validity of two trained arms, loss and learning rate, reasons of three arms.
        Assert.Equal(4 + 2 + 3, await report.Page.EvaluateAsync<int>(DrawnCanvases));
    }

    [Fact]
    public async Task Open_WithoutScripts_StillShowsTableAndFindings()
    {
        await using var report = await browser.OpenAsync(SampleReport.Study(), new() { JavaScriptEnabled = false });

        Assert.True(await report.Page.Locator("table.results").IsVisibleAsync());
        Assert.Contains("ignores its instructions", await report.Page.Locator("#findings").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NothingButAStamp_HasNoComplaint()
    {
        await using var report = await browser.OpenAsync(new ReportModel { Stamp = SampleReport.Stamp(), Task = "points", Splits = [], Arms = [] });

        Assert.True(await report.Page.Locator("#replay-none").IsVisibleAsync());
        Assert.Empty(report.Complaints);
    }

    [Fact]
    public async Task Open_HostileText_IsShownAsTextAndRunsNothing()
    {
        await using var report = await browser.OpenAsync(HtmlReportTests.HostileStudy());

        // The lone surrogate of the hostile text cannot be written as UTF-8.
        Assert.Equal(HtmlReportTests.Hostile.Replace('\ud800', '\ufffd'), await report.Page.Locator("#replay-completion").TextContentAsync());
        Assert.Equal(5, await report.Page.Locator("script:not([type])").CountAsync());
        Assert.Empty(report.Complaints);
        Assert.Empty(report.Requests);
    }

    [Fact]
    public async Task Toggle_OneSplitAndTheBands_RedrawsWithoutComplaint()
    {
        await using var report = await browser.OpenAsync(SampleReport.Study());

        await report.Page.ClickAsync("#curve-controls button:has-text('numerical')");
        await report.Page.CheckAsync("#with-intervals");

        // Five splits left, each a line and two edges of its band.
        Assert.Equal(15, await report.Page.EvaluateAsync<int>("() => Chart.getChart(document.querySelector('#curve-panels canvas')).data.datasets.length"));
        Assert.Equal(9, await report.Page.EvaluateAsync<int>(DrawnCanvases));
        Assert.Empty(report.Complaints);
    }

    [Fact]
    public async Task Replay_NextButton_ShowsTheNextBoardAndTurn()
    {
        await using var report = await OpenSolvedEpisode();
        var before = await BoardAsync(report.Page);

        await report.Page.ClickAsync("#replay-next");

        Assert.Equal("turn 2 of 2", await PlaceAsync(report.Page));
        Assert.Equal("Room of 6 by 6: player at row 2, column 3; box at row 3, column 3; target at row 4, column 4.", before);
        Assert.Equal("Room of 6 by 6: player at row 3, column 3; box at row 4, column 3; target at row 4, column 4.", await BoardAsync(report.Page));
    }

    [Fact]
    public async Task Replay_ArrowKeys_StepForwardsAndBackAndStopAtTheEnds()
    {
        await using var report = await OpenSolvedEpisode();

        await report.Page.FocusAsync("#replay-next");
        await report.Page.Keyboard.PressAsync("ArrowRight");
        await report.Page.Keyboard.PressAsync("ArrowRight");
        await report.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("end, after 2 turns", await PlaceAsync(report.Page));
        Assert.Contains("solved", await report.Page.InnerTextAsync("#replay-verdict"), StringComparison.Ordinal);

        await report.Page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal("turn 2 of 2", await PlaceAsync(report.Page));
    }

    [Fact]
    public async Task Replay_Turn_ShowsPromptWithItsAnswersCompletionAndVerdict()
    {
        await using var report = await browser.OpenAsync(SampleReport.Study());

        Assert.StartsWith("Answers:\n<answer> 1 </answer>", await report.Page.TextContentAsync("#replay-prompt mark"), StringComparison.Ordinal);
        Assert.EndsWith("4 is Right.", await report.Page.TextContentAsync("#replay-prompt mark"), StringComparison.Ordinal);
        Assert.Equal("</think> <answer> Down </answer>\n", await report.Page.TextContentAsync("#replay-completion"));
        Assert.Contains("invalid: training word, although another was stated", await report.Page.InnerTextAsync("#replay-verdict"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_DrawingThatIsNoBoard_IsShownAsText()
    {
        var turn = new SampleTurn("10 J Q 4", "Make 24.", "(10 - 4) * 4", "(10 - 4) * 4", true, "None");
        var study = SampleReport.Study() with { Episodes = [new SampleEpisode("base", "id", "00", "J=11", "J=10", true, [turn])] };

        await using var report = await browser.OpenAsync(study);

        Assert.Equal("10 J Q 4", await report.Page.TextContentAsync("#replay-board pre"));
        Assert.Equal("stated ≠ scored", await report.Page.TextContentAsync("#replay-bindings strong"));
    }

    [Fact]
    public void Find_NoChromium_SaysWhatToInstall()
    {
        var error = Assert.Throws<FileNotFoundException>(() => Chromium.Find(null, "/nowhere"));

        Assert.Equal("The report tests need Chromium: install it (apt-get install chromium) or set CHROMIUM to its path.", error.Message);
    }

    private async Task<OpenReport> OpenSolvedEpisode()
    {
        var report = await browser.OpenAsync(SampleReport.Study());
        await report.Page.SelectOptionAsync("#replay-arm", "diverse-answer");
        return report;
    }

    private static async Task<string?> BoardAsync(IPage page) => await page.GetAttributeAsync("#replay-board svg", "aria-label");

    private static async Task<string> PlaceAsync(IPage page) => await page.InnerTextAsync("#replay-place");
}
