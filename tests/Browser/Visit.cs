using System.Collections.Concurrent;
using Microsoft.Playwright;
using Xunit;

namespace MtaSts.Browser;

/// <summary>One visitor's browser window. At its end nothing may have gone wrong in it: no error, no request to another host.</summary>
public sealed class Visit : IAsyncDisposable
{
    /// <summary>How long a page may take to show what is expected, in milliseconds: the machine may have other work.</summary>
    public const int Patience = 60_000;

    private readonly Uri home;
    private readonly ConcurrentQueue<string> faults = new();
    private string[] expected = [];

    private Visit(IPage page, Uri home)
    {
        Page = page;
        this.home = home;
    }

    public IPage Page { get; }

    public static async Task<Visit> BeginAsync(IBrowser browser, Uri home, int width, int height, string? session)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = home.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            StorageState = session,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout(Patience);
        var visit = new Visit(await context.NewPageAsync(), home);
        visit.Watch();
        return visit;
    }

    public async Task SignInAsync(string email, string password)
    {
        await Page.GotoAsync("/sign-in");
        await Page.GetByLabel("E-mail address").FillAsync(email);
        await Page.GetByLabel("Password").FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
    }

    /// <summary>Faults with one of these in them are what the test is about.</summary>
    public void ExpectFaults(params string[] parts) => expected = parts;

    /// <summary>Opens a page and waits until it has said what it has to say, and takes input.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path);
        await Page.Locator("main:not([inert]) h1").First.WaitForAsync();
        await Expect(Page.Locator(".loading")).ToHaveCountAsync(0, new() { Timeout = Patience });
    }

    public async Task HeadingAsync(string text)
    {
        await Page.Locator("main:not([inert])").WaitForAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = text }).First.WaitForAsync();
    }

    /// <summary>Chooses files on the page for uploads, as soon as it takes them.</summary>
    public async Task ChooseFilesAsync(params FilePayload[] files)
    {
        var input = Page.Locator("#files");
        await Expect(input).ToBeEnabledAsync();
        await input.SetInputFilesAsync(files);
    }

    public static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    public static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    public async ValueTask DisposeAsync()
    {
        await Page.Context.CloseAsync();
        var unexpected = faults.Where(fault => !expected.Any(part => fault.Contains(part, StringComparison.Ordinal))).ToList();
        Assert.True(unexpected.Count == 0, string.Join('\n', unexpected));
    }

    private void Watch()
    {
        Page.PageError += (_, error) => faults.Enqueue("error: " + error);
        Page.Console += (_, message) =>
        {
            // A page that is left ends its connection; that is no fault.
            if (message.Type == "error")
                faults.Enqueue("console: " + message.Text);
        };
        Page.Dialog += (_, dialog) =>
        {
            faults.Enqueue("dialog: " + dialog.Message);
            _ = dialog.DismissAsync();
        };
        Page.Request += (_, request) =>
        {
            var url = new Uri(request.Url);
            if (url.Scheme is not ("data" or "blob") && url.Authority != home.Authority)
                faults.Enqueue("foreign request: " + request.Url);
        };
    }
}
