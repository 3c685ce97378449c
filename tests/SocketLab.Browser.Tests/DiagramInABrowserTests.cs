using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SocketLab.Diagram;

namespace SocketLab.Browser.Tests;

public sealed partial class DiagramInABrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    public static TheoryData<string> AllScenes => Scenes.Names;

    [Theory]
    [MemberData(nameof(AllScenes))]
    public async Task No_text_runs_out_of_the_picture_or_over_another(string scene)
    {
        var (page, complaints) = await chromium.OpenAsync("lesson.svg", SvgDiagram.Draw(Scenes.Of(scene)));
        var wrong = await page.EvaluateAsync<string[]>("""
            () => {
              const svg = document.documentElement, view = svg.viewBox.baseVal, wrong = [];
              const texts = [...svg.querySelectorAll('text')].filter(t => t.textContent).map(t => ({ words: t.textContent, box: t.getBBox() }));
              if (texts.length < 5) wrong.push('there is hardly any text');
              for (const { words, box } of texts)
                if (box.x < 0 || box.y < 0 || box.x + box.width > view.width || box.y + box.height > view.height) wrong.push('out of the picture: ' + words);
              texts.forEach((a, i) => texts.slice(i + 1).forEach(b => {
                const wide = Math.min(a.box.x + a.box.width, b.box.x + b.box.width) - Math.max(a.box.x, b.box.x);
                const high = Math.min(a.box.y + a.box.height, b.box.y + b.box.height) - Math.max(a.box.y, b.box.y);
                if (wide > 2 && high > 4) wrong.push(`${a.words} over ${b.words}`);
              }));
              return wrong;
            }
            """);
        Assert.Empty(wrong);
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Text_and_arrows_stand_out_from_their_ground(ColorScheme scheme)
    {
        foreach (var scene in new[] { "datagrams", "reset", "folded" })
        {
            var (page, _) = await chromium.OpenAsync("lesson.svg", SvgDiagram.Draw(Scenes.Of(scene)), scheme);
            var paper = await page.EvaluateAsync<string>("() => getComputedStyle(document.querySelector('.paper')).fill");
            Assert.Equal(scheme == ColorScheme.Dark, paper != "rgb(255, 255, 255)");
            var faint = await page.EvaluateAsync<string[]>("""
                () => {
                  const light = c => { const [r, g, b] = c.match(/\d+/g).map(n => n / 255).map(n => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
                  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
                  const fill = selector => getComputedStyle(document.querySelector(selector)).fill;
                  const ground = t => t.matches('.state') ? fill('.pill') : t.matches('.name,.where') ? fill('.head') : t.matches('.folded') ? fill('.fold') : fill('.paper');
                  const faint = [...document.querySelectorAll('text')].filter(t => t.textContent && ratio(getComputedStyle(t).fill, ground(t)) < 4.5).map(t => t.textContent);
                  return faint.concat([...document.querySelectorAll('.shaft,.cross')].filter(l => ratio(getComputedStyle(l).stroke, fill('.paper')) < 3).map(l => l.outerHTML));
                }
                """);
            Assert.Empty(faint);
        }
    }

    [Fact]
    public async Task Each_fate_has_a_line_of_its_own_even_without_colour()
    {
        var signs = new Dictionary<string, string>();
        foreach (var scene in new[] { "datagrams", "reset", "publish" })
        {
            var (page, _) = await chromium.OpenAsync("lesson.svg", SvgDiagram.Draw(Scenes.Of(scene)));
            foreach (var pair in await page.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll('.arrow')].map(a => a.classList[1] + '=' + [...a.querySelectorAll('.shaft,.cross,.open,.tip')]
                  .map(p => p.classList[0] + getComputedStyle(p).strokeDasharray + getComputedStyle(p).strokeWidth + (p.matches('.cross') ? p.getAttribute('d').replace(/^M\S+ [\d.]+/, '') : '')).join(','))
                """))
            {
                signs[pair[..pair.IndexOf('=')]] = pair[pair.IndexOf('=')..];
            }
        }
        Assert.Superset(new HashSet<string> { "delivered", "lost", "cut", "duplicate", "reset", "refused", "rst" }, signs.Keys.ToHashSet());
        signs.Remove("control"); // is delivered too
        Assert.Equal(signs.Count, signs.Values.Distinct().Count());
    }

    [Theory]
    [InlineData("rude")]
    [InlineData("stream")]
    public async Task Enter_on_an_arrow_shows_its_bytes_and_nothing_in_them_is_run(string scene)
    {
        var (page, complaints) = await chromium.OpenAsync("lesson.html", HtmlDiagram.Draw(Scenes.Of(scene)));
        await Assertions.Expect(page.Locator("#bytes")).ToBeHiddenAsync();
        var arrow = page.Locator(".arrow:has(.label)").Last;
        var label = await arrow.Locator(".label").First.TextContentAsync();
        await arrow.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#bytes")).ToBeVisibleAsync();
        Assert.StartsWith(label!, await page.Locator("#bytes h2").TextContentAsync());
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#bytes")).ToBeHiddenAsync();
        if (scene == "rude")
        {
            Assert.Equal(0, await page.Locator("svg b, svg script").CountAsync());
        }
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task The_pointer_chooses_moves_and_zooms()
    {
        var (page, complaints) = await chromium.OpenAsync("lesson.html", HtmlDiagram.Draw(Scenes.Of("datagrams")));
        var begin = await View(page);

        // The shaft itself, away from its label.
        var middle = await page.EvaluateAsync<float[]>("""
            () => { const hit = [...document.querySelectorAll('.arrow.delivered .hit')].find(one => one.getBoundingClientRect().bottom < innerHeight), to = hit.getScreenCTM();
              const at = hit.getPointAtLength(hit.getTotalLength() * 0.1).matrixTransform(to); return [at.x, at.y]; }
            """);
        await page.Mouse.ClickAsync(middle[0], middle[1]);
        await Assertions.Expect(page.Locator("#bytes pre")).ToContainTextAsync("6f 6e 65");
        Assert.Equal(begin, await View(page));

        // Where no text is: over text the pointer selects.
        await page.Mouse.MoveAsync(1590, 500);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(1490, 450, new MouseMoveOptions { Steps = 5 });
        await page.Mouse.UpAsync();
        var moved = await View(page);
        Assert.Equal((begin.X - 100, begin.Y - 50), (Math.Round(moved.X), Math.Round(moved.Y)));

        await page.Keyboard.PressAsync("Escape");
        await page.ClickAsync("#in");
        Assert.Equal(moved.Zoom * 1.25, (await View(page)).Zoom, 3);
        await page.Keyboard.DownAsync("Control");
        await page.Mouse.MoveAsync(800, 400);
        await page.Mouse.WheelAsync(0, 300);
        await page.Keyboard.UpAsync("Control");
        await page.WaitForFunctionAsync("before => new DOMMatrix(getComputedStyle(document.getElementById('sheet')).transform).a < before", moved.Zoom);
        await page.Keyboard.PressAsync("0");
        Assert.Equal(begin, await View(page));
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Its_text_can_be_selected_to_be_copied()
    {
        var (page, _) = await chromium.OpenAsync("lesson.html", HtmlDiagram.Draw(Scenes.Of("datagrams")));
        var box = await page.Locator(".label", new PageLocatorOptions { HasText = "\"three\" 5 B" }).First.BoundingBoxAsync();
        await page.Mouse.MoveAsync(box!.X + 2, box.Y + (box.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + box.Width - 1, box.Y + (box.Height / 2), new MouseMoveOptions { Steps = 8 });
        await page.Mouse.UpAsync();
        Assert.Contains("three", await page.EvaluateAsync<string>("() => getSelection().toString()"));
    }

    [Fact]
    public async Task Ten_thousand_events_drawn_one_by_one_open_and_answer()
    {
        var chart = ChartBuilder.Build(Scenes.Run(5_000), mostRows: 0);
        var (page, complaints) = await chromium.OpenAsync("lesson.html", HtmlDiagram.Draw(chart));
        Assert.Equal(5_000, await page.Locator(".arrow").CountAsync());
        await page.Locator("#a4999").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#bytes h2")).ToContainTextAsync("message 4999");
        Assert.Empty(complaints);
    }

    private static async Task<(double X, double Y, double Zoom)> View(IPage page)
    {
        var style = await page.Locator("#sheet").GetAttributeAsync("style") ?? "";
        var parts = Numbers().Matches(style).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture)).ToArray();
        return (parts[0], parts[1], parts[2]);
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
