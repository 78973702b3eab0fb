using System.Security.Cryptography;
using System.Text;

namespace MtaSts.Modules.Webhook;

/// <summary>A symmetric signing secret (Standard Webhooks 1.0.0, “Signature scheme”).</summary>
internal sealed class WebhookSecret
{
    /// <summary>Fewest bytes that the specification recommends.</summary>
    public const int MinBytes = 24;

    /// <summary>Most bytes that the specification recommends.</summary>
    public const int MaxBytes = 64;

    private const string Prefix = "whsec_";
    private readonly byte[] key;

    private WebhookSecret(byte[] key) => this.key = key;

    /// <summary>Reads a secret with its prefix; null when the text is not one.</summary>
    public static WebhookSecret? Read(string text)
    {
        var key = new byte[MaxBytes];
        return text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length) && length >= MinBytes
            ? new WebhookSecret(key[..length])
            : null;
    }

    /// <summary>Returns the value of <c>webhook-signature</c>.</summary>
    /// <param name="id">The value of <c>webhook-id</c>, without full stops.</param>
    /// <param name="time">The value of <c>webhook-timestamp</c>: seconds since 1970.</param>
    /// <param name="body">The body as sent.</param>
    public string Sign(string id, string time, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }
}
