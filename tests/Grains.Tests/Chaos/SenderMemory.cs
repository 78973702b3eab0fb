using System.Text;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Chaos;

/// <summary>What the senders of the world know of one domain: only what they were given, and until when they may apply it.</summary>
internal sealed class SenderMemory(string domain)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> bodyById = new(StringComparer.Ordinal);
    private DateTimeOffset appliesUntil = DateTimeOffset.MinValue;
    private string appliedId = "";
    private DateTimeOffset? begunAt;

    /// <summary>Fetches that found a policy.</summary>
    public int Fetched { get; private set; }

    /// <summary>A sender has fetched this file.</summary>
    public void Got(ServedPolicy policy, DateTimeOffset now)
    {
        var text = Encoding.ASCII.GetString(policy.Body);
        var accepted = Assert.IsType<PolicyReading.Accepted>(PolicyReader.ReadStrict(policy.Body));
        lock (gate)
        {
            Fetched++;
            begunAt ??= now;
            Assert.True(bodyById.TryAdd(policy.PolicyId, text) || bodyById[policy.PolicyId] == text, $"{domain}: id {policy.PolicyId} stands for two files");
            var until = now + TimeSpan.FromSeconds(accepted.Policy.MaxAge);
            if (accepted.Policy.Mode != PolicyMode.None && until > appliesUntil)
                (appliesUntil, appliedId) = (until, policy.PolicyId);
        }
    }

    /// <summary>
    /// A sender was told that there is no policy. Nobody may still apply one; but for the first lease of a domain's hosting, in which one gateway serves
    /// already and another still knows that there is nothing: no id was announced yet, and who has the policy keeps it (RFC 8461 §3.3).
    /// </summary>
    public void GotNothing(DateTimeOffset now, TimeSpan lease)
    {
        lock (gate)
        {
            if (now < begunAt + lease)
                return;
            Release(now, "404");
            begunAt = null;
        }
    }

    /// <summary>The hostname is being deleted: nobody may still apply a policy.</summary>
    public void LetGo(DateTimeOffset now)
    {
        lock (gate)
            Release(now, "the hostname is deleted");
    }

    private void Release(DateTimeOffset now, string how) =>
        Assert.True(now >= appliesUntil, $"{domain}: {how} at {now:u}, while a sender may apply {appliedId} until {appliesUntil:u}");
}
