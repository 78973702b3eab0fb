using System.IO.Compression;
using System.Text.RegularExpressions;
using Xunit;

namespace MtaSts.Browser;

/// <summary>What a browser gets before the page has its connection: the shell at once, files compressed, and nothing that looks usable and is not.</summary>
public sealed partial class FirstPaintTests(Demo demo)
{
    /// <summary>All files of a page, over the wire: 154 KiB when this was written, 774 KiB without compression.</summary>
    private const int MostBytes = 200_000;

    [Fact]
    public async Task Files_OfAPage_ComeCompressedAndAreKeptForGood()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/");
        var cookies = string.Join("; ", (await visit.Page.Context.CookiesAsync()).Select(cookie => $"{cookie.Name}={cookie.Value}"));
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AutomaticDecompression = System.Net.DecompressionMethods.None });
        var html = await GetAsync(client, "/", cookies);
        Assert.Null(html.Encoding); // It holds tokens, and what others chose (BREACH).
        var files = File().Matches(System.Text.Encoding.UTF8.GetString(html.Body)).Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.True(files.Length >= 10, string.Join(' ', files));
        var (sent, raw) = (0, 0);
        foreach (var file in files)
        {
            var answer = await GetAsync(client, "/" + file, null);
            Assert.True(answer.Encoding is "gzip" or "br", $"{file} comes uncompressed: {answer.Body.Length} bytes.");
            Assert.Equal("max-age=31536000, immutable", answer.Cache);
            using var plain = new MemoryStream();
            using (Stream unpacked = answer.Encoding == "br" ? new BrotliStream(new MemoryStream(answer.Body), CompressionMode.Decompress) : new GZipStream(new MemoryStream(answer.Body), CompressionMode.Decompress))
                await unpacked.CopyToAsync(plain);
            Assert.True(answer.Body.Length < plain.Length, $"{file} is {answer.Body.Length} bytes compressed, and {plain.Length} without.");
            (sent, raw) = (sent + answer.Body.Length, raw + (int)plain.Length);
        }
        Assert.InRange(sent, 1, MostBytes);
        Assert.InRange(sent, 1, raw / 4);
    }

    [Theory]
    [InlineData("/", "Domains", "Domains · MtaSts")]
    [InlineData("/domains/harbour-post.example", "harbour-post.example", "harbour-post.example · MtaSts")]
    [InlineData("/settings", "Settings", "Settings · MtaSts")]
    [InlineData("/help/results", "Failure reference", "Failure reference · MtaSts")]
    public async Task Page_WithoutItsScript_ShowsNavigationTitleAndHeadingAndTakesNoInput(string path, string heading, string title)
    {
        await using var visit = await demo.OwnerAsync();
        await visit.Page.RouteAsync("**/blazor.web*.js", route => route.FulfillAsync(new() { ContentType = "text/javascript", Body = "window.Blazor = {};" }));
        await visit.Page.GotoAsync(path);
        Assert.Equal(title, await visit.Page.TitleAsync());
        await Visit.Expect(visit.Page.Locator("main h1")).ToHaveTextAsync(heading);
        await Visit.Expect(visit.Page.Locator("nav[aria-label=Main] a")).ToHaveCountAsync(6);
        Assert.True(await visit.Page.EvaluateAsync<bool>("[...document.querySelectorAll('main button, main input, main select, main textarea')].every(one => one.closest('[inert]'))"));
        await Visit.Expect(visit.Page.GetByText("Sign in", new() { Exact = true })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Page_GettingItsConnection_ShowsNothingThatGoesAwayAgain()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.Page.AddInitScriptAsync("""
            window.shown = new Set();
            new MutationObserver(() => {
              for (const one of document.querySelectorAll('h1, h2, [role=alert]')) if (one.textContent.trim()) window.shown.add(one.textContent.trim());
            }).observe(document, { subtree: true, childList: true, characterData: true });
            """);
        await visit.OpenAsync("/");
        await Visit.Expect(visit.Page.Locator("table.domains")).ToBeVisibleAsync();
        Assert.Equal(["Domains"], await visit.Page.EvaluateAsync<string[]>("[...window.shown]"));
    }

    private async Task<(byte[] Body, string? Encoding, string? Cache)> GetAsync(HttpClient client, string path, string? cookies)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(demo.Url, path));
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "br, gzip");
        if (cookies is not null)
            request.Headers.TryAddWithoutValidation("Cookie", cookies);
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadAsByteArrayAsync(), answer.Content.Headers.ContentEncoding.SingleOrDefault(), answer.Headers.CacheControl?.ToString() is { } cache && answer.Headers.TryGetValues("Cache-Control", out var values) ? string.Join(", ", values) : null);
    }

    [GeneratedRegex("(?:href|src)=\"(_content/[^\"]+)\"")]
    private static partial Regex File();
}
