//! What people do with Foreword, one file per thing.
