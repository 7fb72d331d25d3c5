namespace Consensus.Hybrid.Selection;

/// <summary>A change of one requirement that would change the choice.</summary>
/// <param name="Engine">What would be chosen.</param>
/// <param name="Change">What would have to be otherwise, in words, as the end of a sentence: "with more than 1,000 members".</param>
/// <param name="Requirements">The nearest requirements for which it holds.</param>
public sealed record SelectionAlternative(SelectableEngine Engine, string Change, SelectionRequirements Requirements);
