//! Comparisons of a type that dereferences to `str` or `[u8]` with other types that do, both ways.

macro_rules! compare {
    ($type:ty, $target:ty: $($other:ty),+) => {
        $(
            impl PartialEq<$other> for $type {
                fn eq(&self, other: &$other) -> bool {
                    let other: &$target = other.as_ref();
                    **self == *other
                }
            }

            impl PartialEq<$type> for $other {
                fn eq(&self, other: &$type) -> bool {
                    let this: &$target = self.as_ref();
                    *this == **other
                }
            }
        )+
    };
}

pub(super) use compare;
