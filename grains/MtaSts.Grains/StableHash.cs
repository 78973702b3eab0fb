using System.Text;

namespace MtaSts.Grains;

/// <summary>FNV-1a over UTF-8: the same in every process and release, unlike <see cref="string.GetHashCode()"/>.</summary>
internal static class StableHash
{
    public static uint Of(string text)
    {
        var hash = 2166136261u;
        foreach (var octet in Encoding.UTF8.GetBytes(text))
            hash = unchecked((hash ^ octet) * 16777619u);
        return hash;
    }
}
