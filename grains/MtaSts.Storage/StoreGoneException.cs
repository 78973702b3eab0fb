using System.Data.Common;

namespace MtaSts.Storage;

/// <summary>The file of the store was moved or deleted. The message states what happened and what to do, without paths, because it is public.</summary>
internal sealed class StoreGoneException(string message, Exception? cause) : DbException(message, cause);
