using System.Net;
using System.Text.RegularExpressions;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd.Dashboard;

/// <summary>A browser as far as forms and cookies go. With an address it comes through the trusted proxy of a host whose public URL is <see cref="Public"/>.</summary>
internal sealed partial class DashboardVisitor(HostProcess host, string? address = null)
{
    public const string Public = "https://mta.example.com";
    public const string Email = "admin@localhost";
    public const string Password = "password-of-the-test";

    /// <summary>What the browser keeps; another visitor's may be put here.</summary>
    public Dictionary<string, string> Cookies { get; init; } = [];

    /// <summary>Where the last answer redirected to; null when it did not.</summary>
    public Uri? Location { get; private set; }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(host.DashboardUrl, path)) { Content = content };
        if (address is not null)
        {
            request.Headers.Host = new Uri(Public).Host;
            request.Headers.Add("X-Forwarded-Proto", "https");
            request.Headers.Add("X-Forwarded-For", address);
        }
        if (Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await host.Client.SendAsync(request);
        Location = response.Headers.Location is { } to ? new Uri(host.DashboardUrl, to) : null;
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
        {
            var (name, value) = (cookie.Split('=')[0], cookie.Split(';')[0][(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            if (value.Length == 0)
                Cookies.Remove(name);
            else
                Cookies[name] = value;
        }
        return response;
    }

    /// <summary>Fills in the form of a page.</summary>
    public async Task<(HttpStatusCode Status, string Text)> FillInAsync(string page, string? action, params (string Name, string Value)[] fields)
    {
        using var form = await SendAsync(HttpMethod.Get, page);
        var token = Token().Match(await form.Content.ReadAsStringAsync());
        Assert.True(token.Success, $"{page}: {(int)form.StatusCode} has no form");
        using var content = new FormUrlEncodedContent([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create("__RequestVerificationToken", token.Groups[1].Value)]);
        using var answer = await SendAsync(HttpMethod.Post, action ?? page, content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<(HttpStatusCode Status, string Text)> TrySignInAsync(string password = Password, string email = Email) =>
        FillInAsync("/sign-in", null, ("_handler", "sign-in"), ("Entry.Email", email), ("Entry.Password", password));

    public async Task<DashboardVisitor> SignInAsync(string password = Password)
    {
        var (status, text) = await TrySignInAsync(password);
        Assert.True(status == HttpStatusCode.Redirect && Cookies.ContainsKey("mtasts-session"), $"{status}: {text}");
        return this;
    }

    public async Task<bool> IsSignedInAsync()
    {
        using var page = await SendAsync(HttpMethod.Get, "/settings/password");
        return page.StatusCode == HttpStatusCode.OK;
    }

    public Task<(HttpStatusCode Status, string Text)> SignOutAsync() => FillInAsync("/settings/password", "/sign-out");

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
