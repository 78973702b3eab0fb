using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using MtaSts.Grains;

namespace MtaSts.Host.Dashboard.SignIn;

/// <summary>
/// A cookie that names the account to which a browser has signed in before. It grants no access: such a browser is only counted and queued separately from unknown ones.
/// </summary>
internal sealed class DeviceCookie(IDataProtectionProvider protection, TimeProvider clock, IOptions<PublicUrlOptions> settings)
{
    public const string Name = "mtasts-device";

    /// <summary>From the last sign-in. A browser that is used once a year is still known.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(400);

    /// <summary>Longer values are ignored: valid ones have some 300 characters.</summary>
    private const int MaxLength = 1024;

    private const int IdLength = 32;

    private readonly IDataProtector protector = protection.CreateProtector("MtaSts.DeviceCookie");

    /// <summary>The browser's device id, for any account; null without a valid cookie.</summary>
    public string? Device(HttpContext context) => Read(context)?.Id;

    /// <summary>The browser's device id when it has signed in to this account before.</summary>
    /// <param name="account">Normalised address.</param>
    public string? DeviceOf(HttpContext? context, string account) =>
        context is not null && Read(context) is { } device && device.Account == ApiTokens.Hash(account) ? device.Id : null;

    /// <summary>After a sign-in: marks the browser as known.</summary>
    public void Write(HttpContext context, string account)
    {
        var id = DeviceOf(context, account) ?? RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        var value = protector.Protect(string.Join('|', id, ApiTokens.Hash(account), clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        context.Response.Cookies.Append(Name, value, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = settings.Value.IsPublic || context.Request.IsHttps,
            MaxAge = Life,
            IsEssential = true,
        });
    }

    private (string Id, string Account)? Read(HttpContext context)
    {
        if (context.Request.Cookies[Name] is not { Length: > 0 and <= MaxLength } value)
            return null;
        try
        {
            return protector.Unprotect(value).Split('|') is [{ Length: IdLength } id, var account, var at]
                && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds) < Life
                ? (id, account)
                : null;
        }
        catch (CryptographicException)
        {
            return null; // Forged, or signed by deleted keys.
        }
    }
}
