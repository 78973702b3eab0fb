using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>A page of a list; pass <paramref name="Next"/> as <c>?next=</c> to get the following one.</summary>
internal sealed record ListPage<T>(IReadOnlyList<T> Items, string? Next)
{
    public static ListPage<T> Of(Page<T> page) => new(page.Items, page.Next);

    public static ListPage<T> All(IReadOnlyList<T> items) => new(items, null);
}

internal static class Lists
{
    /// <summary>Items of a page when the caller does not say.</summary>
    public const int DefaultLimit = 50;

    public static int Limit(int? limit) => Math.Clamp(limit ?? DefaultLimit, 1, IWorkspaceGrain.MaxPage);
}
