namespace MtaSts.Web.Accounts;

/// <summary>What a password must be: long. Kinds of characters are not asked for (NIST SP 800-63B §3.1.1).</summary>
public static class PasswordRules
{
    public const int MinLength = 8;

    /// <summary>Longer ones are refused unread: hashing is slow on purpose.</summary>
    public const int MaxLength = 256;
}
