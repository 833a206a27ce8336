using Microsoft.Playwright;
using Thaw.Core.Reports;

namespace Thaw.Core.Tests.Reports;

/// <summary>One headless Chromium for all tests of the class that uses it.</summary>
public sealed class ReportBrowser : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("thaw-report-").FullName;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        var path = Chromium.Find(Environment.GetEnvironmentVariable("CHROMIUM"), Environment.GetEnvironmentVariable("PATH"));
        _playwright = await Playwright.CreateAsync();

        // Chromium's own sandbox does not start for root, as in containers; the page under test is ours.
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Headless = true, Args = ["--no-sandbox"] });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Opens the report as a user would: from a file.</summary>
    internal async Task<OpenReport> OpenAsync(ReportModel model, BrowserNewPageOptions? options = null)
    {
        var file = Path.Combine(_folder, $"{Guid.NewGuid():N}.html");
        await using (var stream = File.Create(file))
        {
            HtmlReport.Write(model, stream);
        }

        var open = new OpenReport(await _browser!.NewPageAsync(options));
        await open.Page.GotoAsync(new Uri(file).AbsoluteUri);
        return open;
    }
}

/// <summary>A page, with everything it complained of and asked for.</summary>
internal sealed class OpenReport : IAsyncDisposable
{
    private readonly List<string> _complaints = [];
    private readonly List<string> _requests = [];

    public OpenReport(IPage page)
    {
        Page = page;
        page.SetDefaultTimeout(60_000);
        page.Console += (_, message) => _complaints.Add(message.Text);
        page.PageError += (_, error) => _complaints.Add(error);
        page.Dialog += (_, dialog) =>
        {
            _complaints.Add($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.Request += (_, request) => _requests.Add(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Console messages of any level, uncaught errors and dialogs.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Addresses other than the page's own and those whose content is in the address.</summary>
    public IReadOnlyList<string> Requests =>
        [.. _requests.Where(url => url != Page.Url && !url.StartsWith("data:", StringComparison.Ordinal))];

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
