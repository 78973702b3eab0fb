namespace MtaSts.Web.Accounts;

/// <summary>A password has a minimum length. Classes of characters are not required (NIST SP 800-63B §3.1.1).</summary>
public static class PasswordRules
{
    public const int MinLength = 8;

    /// <summary>Longer ones are refused without hashing, which is slow on purpose.</summary>
    public const int MaxLength = 256;
}
