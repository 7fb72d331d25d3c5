using System.Runtime.InteropServices;

namespace Consensus.Cryptography;

/// <summary>The functions of a loaded library, by name.</summary>
/// <param name="handle">The library, which stays loaded.</param>
/// <remarks>Functions are looked up rather than imported by attribute because which library it is, and under which of its names, is known at run time only.</remarks>
internal readonly struct NativeExports(nint handle)
{
    /// <summary>The address of a function.</summary>
    /// <exception cref="EntryPointNotFoundException">The library has none of that name.</exception>
    public nint this[string name] => NativeLibrary.TryGetExport(handle, name, out var address)
        ? address
        : throw new EntryPointNotFoundException($"it has no function {name}");
}
