package mware.core.collection;

import java.util.List;

/** All collections of a node, by path. */
public interface Collections {

    /** The collection at a path such as {@code iam/users}; throws IllegalArgumentException when there is none. */
    Collection of(String path);

    /** All of them, by path. */
    List<Collection> all();
}
