namespace Expand.Server.Lists;

/// <summary>The number that stands for one version of one element, for its ETag.</summary>
internal static class ElementTag
{
    /// <summary>
    /// Of both, because versions begin at 1 again where a key was removed and added: a change that was meant for the element before must not hit the
    /// one of now. The factor is the golden ratio's, which keeps neighbours apart: two elements of ids less than a thousand apart share a number only
    /// if one of them was changed more than a million times.
    /// </summary>
    public static int Of(long id, int version) => unchecked((int)((uint)id * 0x9E3779B1u + (uint)version));
}
