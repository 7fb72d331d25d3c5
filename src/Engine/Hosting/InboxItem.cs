namespace Consensus.Engine;

/// <summary>Something for the loop.</summary>
/// <param name="Content">An <see cref="Input"/>, a caller's pending operation, or a notice from another lane of the replica.</param>
/// <param name="Frame">The buffer that a received message lies in.</param>
internal readonly record struct InboxItem(object Content, FrameBuffer Frame = default);
