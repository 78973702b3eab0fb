using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>An owner's script: calls the API of a running host and reads its JSON.</summary>
internal sealed class ApiClient(HostProcess host)
{
    /// <summary>The token to start the host with, see <see cref="Settings"/>.</summary>
    public const string Token = "end-to-end-token-of-the-test";

    /// <summary>Settings every host of these tests starts with.</summary>
    public static Dictionary<string, string?> Settings(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?> { ["Bootstrap:ApiToken"] = Token, ["Bootstrap:Password"] = "password-of-the-test" };
        foreach (var (key, value) in more)
            settings[key] = value;
        return settings;
    }

    public Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<JsonNode> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<JsonNode> PutAsync(string path, object? body = null) => SendAsync(HttpMethod.Put, path, body);

    public Task<JsonNode> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Uploads one raw report.</summary>
    public async Task<JsonNode> UploadAsync(byte[] raw)
    {
        using var content = new ByteArrayContent(raw);
        return await ReadAsync(HttpMethod.Post, "reports", content);
    }

    public async Task<byte[]> GetBytesAsync(string path)
    {
        using var request = Request(HttpMethod.Get, path, null);
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var content = body is null ? null : new StringContent(System.Text.Json.JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        return await ReadAsync(method, path, content);
    }

    private async Task<JsonNode> ReadAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = Request(method, path, content);
        using var response = await host.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text.Length == 0 ? "{}" : text)!;
    }

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content)
    {
        var request = new HttpRequestMessage(method, new Uri(host.DashboardUrl, "/api/v1/" + path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return request;
    }
}
