using System.Security.Cryptography;
using System.Text;
using MtaSts.Storage;

namespace MtaSts.Host.Gateway;

/// <summary>
/// Questions that a silo asks through a policy host, and the answers that only this service's gateways can give. Both are keyed hashes (HMAC, RFC 2104) over the
/// domain and a random number with one secret of the whole service: no state and no look-up, every silo answers the questions of all silos, and a
/// guessed question or one for another domain gets no answer. A proxy that relays requests to this service passes (RFC 8461 §8.2).
/// </summary>
internal sealed class ReachProof
{
    /// <summary>Path prefix of questions.</summary>
    public const string Path = "/.well-known/mta-sts-reach/";

    /// <summary>Characters of an answer.</summary>
    public const int AnswerLength = 64;

    private const int NumberLength = 16;
    private const int QuestionLength = 2 * (NumberLength + SealLength);
    private const int SealLength = 16;
    private readonly byte[] secret = new byte[32];
    private bool isReady;

    /// <summary>Sets the secret. Before that nothing is asked or answered.</summary>
    public void Use(ReadOnlySpan<byte> shared)
    {
        shared.CopyTo(secret);
        Volatile.Write(ref isReady, true);
    }

    /// <summary>A question for the domain's policy host: letters and digits.</summary>
    public string NewQuestion(string domain)
    {
        var number = RandomNumberGenerator.GetBytes(NumberLength);
        return Convert.ToHexStringLower([.. number, .. Hash("question", domain, number).AsSpan(0, SealLength)]);
    }

    /// <summary>Null unless this service created the question for this domain. Constant cost.</summary>
    public string? Answer(string domain, string question)
    {
        if (!Volatile.Read(ref isReady) || question.Length != QuestionLength)
            return null;
        Span<byte> bytes = stackalloc byte[NumberLength + SealLength];
        if (Convert.FromHexString(question, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return null;
        var number = bytes[..NumberLength];
        return CryptographicOperations.FixedTimeEquals(bytes[NumberLength..], Hash("question", domain, number).AsSpan(0, SealLength))
            ? Convert.ToHexStringLower(Hash("answer", domain, number))
            : null;
    }

    private byte[] Hash(string what, string domain, ReadOnlySpan<byte> number) =>
        HMACSHA256.HashData(secret, (byte[])[.. Encoding.ASCII.GetBytes($"{what}\n{domain}\n"), .. number]);
}

/// <summary>Reads the secret once, before the gateway opens, so that answers do not depend on the store.</summary>
internal sealed class ReachProofStart(ReachProof proof, ServiceSecrets secrets) : IHostedService
{
    private const string Name = "reach";

    public async Task StartAsync(CancellationToken cancellationToken) => proof.Use(await secrets.GetAsync(Name, cancellationToken));

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
