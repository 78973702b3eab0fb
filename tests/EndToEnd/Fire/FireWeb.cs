using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Xunit;

namespace MtaSts.EndToEnd.Fire;

/// <summary>POSTs to the gateway.</summary>
internal sealed class FirePost(FireScene scene) : IFireSender
{
    public async Task<string?> SendAsync(byte[] bytes, string address, CancellationToken stop)
    {
        using var content = new ByteArrayContent(bytes);
        using var response = await scene.Host.Client.PostAsync(new Uri(scene.Host.GatewayUrl, "/tlsrpt/" + address.Split('@')[0]), content, stop);
        if (response.StatusCode == HttpStatusCode.Created)
            return null;
        Assert.True((int)response.StatusCode >= 500, $"A POST was answered {response.StatusCode}.");
        return $"{(int)response.StatusCode}";
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Uploads through the API.</summary>
internal sealed class FireUpload(FireScene scene) : IFireSender
{
    public async Task<string?> SendAsync(byte[] bytes, string address, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(scene.Host.DashboardUrl, "/api/v1/reports")) { Content = new ByteArrayContent(bytes) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiClient.Token);
        using var response = await scene.Host.Client.SendAsync(request, stop);
        var text = await response.Content.ReadAsStringAsync(stop);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            Assert.Contains((string)JsonNode.Parse(text)!["outcome"]!, (string[])["counted", "duplicate", "stored"]);
            return null;
        }
        Assert.True((int)response.StatusCode >= 500, $"An upload was answered {response.StatusCode}: {text}");
        return $"{(int)response.StatusCode}";
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
