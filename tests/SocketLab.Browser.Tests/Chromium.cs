using Microsoft.Playwright;
using SocketLab.Tests.Shared;

namespace SocketLab.Browser.Tests;

/// <summary>One browser for all tests of a class, started when the first page is asked for.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"socketlab-browser-{Guid.NewGuid():N}");
    private readonly SemaphoreSlim _start = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IPage? _page;

    /// <summary>Opens a page with this content, from a file with this name; what the browser complains about is gathered.</summary>
    public async Task<(IPage Page, List<string> Complaints)> OpenAsync(string name, string content, ColorScheme scheme = ColorScheme.Light)
    {
        var program = Peers.Need("chromium");
        await _start.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = program,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-component-update", "--disable-sync"],
                Timeout = 120_000,
            });
        }
        finally
        {
            _start.Release();
        }
        // The tests of a class come one after another: what the last one opened is done with.
        if (_page is not null)
        {
            await _page.CloseAsync();
        }
        var page = _page = await _browser.NewPageAsync(new BrowserNewPageOptions { ColorScheme = scheme, ViewportSize = new ViewportSize { Width = 1600, Height = 900 } });
        page.SetDefaultTimeout(60_000);
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => _ = request.Url.StartsWith("file:", StringComparison.Ordinal) ? 0 : AddTo(complaints, request.Url);
        var file = Path.Combine(Directory.CreateDirectory(_folder).FullName, $"{Guid.NewGuid():N}-{name}");
        await File.WriteAllTextAsync(file, content);
        await page.GotoAsync(new Uri(file).AbsoluteUri);
        return (page, complaints);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }
        _playwright?.Dispose();
        _start.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static int AddTo(List<string> complaints, string url)
    {
        complaints.Add("asked for " + url);
        return 0;
    }
}
