using Orleans.Storage;

namespace MtaSts.Grains.Storage;

/// <summary>A state with a large collection, which is not part of its JSON: each element has a row of its own, so that a change writes only the elements that changed.</summary>
internal interface IStateWithElements
{
    /// <summary>The elements by key. An unchanged element is equal.</summary>
    IReadOnlyDictionary<string, object> Elements { get; }

    /// <summary>This state with these elements.</summary>
    /// <param name="elements">As stored, ordered by key.</param>
    /// <param name="serializer">Reads them.</param>
    IStateWithElements With(IEnumerable<BinaryData> elements, IGrainStorageSerializer serializer);
}
