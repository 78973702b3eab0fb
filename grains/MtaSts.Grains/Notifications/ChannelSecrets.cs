using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace MtaSts.Grains.Notifications;

/// <summary>Secrets of channels, encrypted with the keys that also protect sessions.</summary>
internal sealed class ChannelSecrets(IDataProtectionProvider protection) : IChannelSecrets
{
    private readonly IDataProtector protector = protection.CreateProtector("MtaSts.ChannelSecrets");

    public string Protect(string value) => protector.Protect(value);

    public string? Unprotect(string value)
    {
        try
        {
            return protector.Unprotect(value);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
