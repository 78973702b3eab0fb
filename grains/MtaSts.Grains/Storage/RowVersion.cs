using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Orleans.Storage;

namespace MtaSts.Grains.Storage;

/// <summary>The version of a stored row, which the framework stores as a string.</summary>
internal static class RowVersion
{
    /// <summary>A random version, so that of two writers that read the same version only one succeeds.</summary>
    public static long New() => BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));

    public static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);

    public static long? Of(string? etag) => etag is null ? null : long.Parse(etag, CultureInfo.InvariantCulture);

    public static InconsistentStateException Conflict(string stateName, string id, string? etag) =>
        new($"{stateName} of {id} was not written: the stored version differs from the one that was read. The state is read again before the next change.", storedEtag: "unknown", currentEtag: etag ?? "none");
}
