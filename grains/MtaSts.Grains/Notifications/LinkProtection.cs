using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace MtaSts.Grains.Notifications;

/// <summary>Links to recipients, encrypted with the keys that also protect sessions. A forged link reaches no grain.</summary>
internal sealed class LinkProtection(IDataProtectionProvider protection) : ILinkProtection
{
    private readonly IDataProtector protector = protection.CreateProtector("MtaSts.RecipientLinks");

    public string Protect(string text) => protector.Protect(text);

    public string? Unprotect(string token)
    {
        try
        {
            return protector.Unprotect(token);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
